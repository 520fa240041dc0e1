package uk.ac.manchester.tornado.api.enums;

/** Kinds of backend. */
public enum TornadoVMBackendType {
  OPENCL,
  METAL,
  PTX,
  CUDA,
  SPIRV,
  JAVA,
  VIRTUAL
}
