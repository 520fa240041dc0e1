package dev.skipstone.tornado.testing;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassHierarchyResolver;

/** Loads a whole package anew, since its classes see what others don't, with changes to some. */
final class KernelClassLoader extends ClassLoader {
  /** Changes a class. */
  interface Change {
    /** The class file that is to be used for the one of this name. */
    byte[] apply(String name, byte[] content);
  }

  private static final String SUFFIX = ".class";

  private final String prefix;
  private final Change change;

  /**
   * A loader.
   *
   * @param member any class of the package
   */
  KernelClassLoader(Class<?> member, Change change) {
    super(member.getClassLoader());
    prefix = member.getPackageName() + ".";
    this.change = change;
  }

  /** Reads and writes class files whose classes a loader knows. */
  static ClassFile classFile(ClassLoader loader) {
    return ClassFile.of(
        ClassFile.ClassHierarchyResolverOption.of(
            ClassHierarchyResolver.ofClassLoading(loader)
                .orElse(ClassHierarchyResolver.defaultResolver())));
  }

  @Override
  protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
    synchronized (getClassLoadingLock(name)) {
      if (!name.startsWith(prefix)) {
        return super.loadClass(name, resolve);
      }
      Class<?> loaded = findLoadedClass(name);
      if (loaded == null) {
        byte[] content = content(name);
        loaded = defineClass(name, content, 0, content.length);
      }
      return loaded;
    }
  }

  private byte[] content(String name) throws ClassNotFoundException {
    try (InputStream in = getResourceAsStream(name.replace('.', '/') + SUFFIX)) {
      if (in == null) {
        throw new ClassNotFoundException(name);
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new ClassNotFoundException(name, e);
    }
  }

  @Override
  public InputStream getResourceAsStream(String file) {
    InputStream original = super.getResourceAsStream(file);
    String name = file.replace(SUFFIX, "").replace('/', '.');
    if (original == null || !file.endsWith(SUFFIX) || !name.startsWith(prefix)) {
      return original;
    }
    try (original) {
      return new ByteArrayInputStream(change.apply(name, original.readAllBytes()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
