package org.polykern.e2e;

import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.polykern.e2e.Product.Backend;

/**
 * Hands one instance per backend to all tests of the run: {@code Product} parameters get the
 * process backend. The instances stop when the last test has ended.
 */
final class SharedProduct implements ParameterResolver {
  private static final ExtensionContext.Namespace NAMESPACE =
      ExtensionContext.Namespace.create(SharedProduct.class);

  private record Holder(Product product) implements AutoCloseable {
    @Override
    public void close() {
      product.close();
    }
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == Product.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    boolean docker = parameter.isAnnotated(OnDocker.class);
    return of(context, docker ? Backend.DOCKER : Backend.PROCESS);
  }

  private static Product of(ExtensionContext context, Backend backend) {
    if (backend == Backend.DOCKER) {
      String missing = DockerEngine.missing();
      Assumptions.assumeTrue(missing.isEmpty(), "Left out the docker backend: " + missing);
    }
    return context
        .getRoot()
        .getStore(NAMESPACE)
        .getOrComputeIfAbsent(backend, key -> new Holder(Product.start(key)), Holder.class)
        .product();
  }
}
