package com.minhacarona.runtime.server;

import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.Descriptors.DescriptorValidationException;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.rpc.ErrorDetailsProto;
import io.grpc.MethodDescriptor;
import io.grpc.ServerMethodDefinition;
import io.grpc.ServerServiceDefinition;
import io.grpc.ServiceDescriptor;
import io.grpc.protobuf.ProtoFileDescriptorSupplier;
import java.util.stream.Stream;

/**
 * Makes reflection serve the messages of our error details, so that grpcurl prints them instead of
 * their bytes. Reflection serves the files of the services and their imports. No contract imports
 * {@code google/rpc/error_details.proto}, because errors are no part of its messages, so this class
 * adds the import.
 */
final class ErrorDetailsReflection {

  static ServerServiceDefinition added(ServerServiceDefinition service) {
    ServiceDescriptor descriptor = service.getServiceDescriptor();
    if (!(descriptor.getSchemaDescriptor() instanceof ProtoFileDescriptorSupplier schema)) {
      return service;
    }
    FileDescriptor file = withErrorDetails(schema.getFileDescriptor());
    ServiceDescriptor.Builder withFile =
        ServiceDescriptor.newBuilder(descriptor.getName())
            .setSchemaDescriptor((ProtoFileDescriptorSupplier) () -> file);
    for (MethodDescriptor<?, ?> method : descriptor.getMethods()) {
      withFile.addMethod(method);
    }
    ServerServiceDefinition.Builder added = ServerServiceDefinition.builder(withFile.build());
    for (ServerMethodDefinition<?, ?> method : service.getMethods()) {
      added.addMethod(method);
    }
    return added.build();
  }

  private static FileDescriptor withErrorDetails(FileDescriptor file) {
    FileDescriptor errorDetails = ErrorDetailsProto.getDescriptor();
    FileDescriptorProto importing =
        file.toProto().toBuilder().addDependency(errorDetails.getName()).build();
    FileDescriptor[] imports =
        Stream.concat(file.getDependencies().stream(), Stream.of(errorDetails))
            .toArray(FileDescriptor[]::new);
    try {
      return FileDescriptor.buildFrom(importing, imports);
    } catch (DescriptorValidationException e) {
      throw new IllegalStateException("an import more made the file invalid", e);
    }
  }

  private ErrorDetailsReflection() {}
}
