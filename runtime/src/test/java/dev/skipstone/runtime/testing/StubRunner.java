package dev.skipstone.runtime.testing;

import dev.skipstone.runtime.pass.KvCache;
import dev.skipstone.runtime.pass.Logits;
import dev.skipstone.runtime.pass.Pass;
import dev.skipstone.runtime.pass.PassRunner;

/** A runner with a cache of 10 positions out of 100; what its passes give is the test's. */
public class StubRunner implements PassRunner {
  @Override
  public int maxRows() {
    return 64;
  }

  @Override
  public int maxLogitRows() {
    return 16;
  }

  @Override
  public KvCache cache() {
    return new KvCache() {
      @Override
      public int length() {
        return 10;
      }

      @Override
      public int capacity() {
        return 100;
      }

      @Override
      public void truncate(int length) {}
    };
  }

  @Override
  public Logits run(Pass pass) {
    throw new UnsupportedOperationException("no pass was expected");
  }

  @Override
  public void close() {}
}
