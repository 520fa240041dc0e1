package dev.skipstone.tornado.host;

/** Told of each access to an array's elements. */
public interface ArrayObserver {
  void read(int index);

  void written(int index);

  /** The array's memory was handed out: later accesses cannot be seen. */
  void exposed();
}
