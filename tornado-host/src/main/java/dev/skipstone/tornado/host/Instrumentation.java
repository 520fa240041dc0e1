package dev.skipstone.tornado.host;

import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeElement;

/** What is changed in a kernel's code besides its barriers. */
public interface Instrumentation {
  /** Changes nothing. */
  Instrumentation NONE =
      new Instrumentation() {
        @Override
        public boolean needed() {
          return false;
        }

        @Override
        public Rewriter rewriter(int flowSlot, int freeSlot) {
          return (_, _, _) -> false;
        }
      };

  /** False if a method without barriers can stay as it is. */
  boolean needed();

  /**
   * Starts with a method.
   *
   * @param flowSlot local variable that holds the {@link Flow}
   * @param freeSlot two local variables that the method does not use start here
   */
  Rewriter rewriter(int flowSlot, int freeSlot);

  /** Rewrites one method. */
  interface Rewriter {
    /**
     * Writes something in an instruction's place.
     *
     * @param site identifies the line, see {@link CompiledKernel#sites()}
     * @return false if nothing was written
     */
    boolean rewrite(CodeBuilder code, CodeElement element, int site);
  }
}
