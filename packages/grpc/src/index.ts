export { type GrpcClient, grpcClient } from './grpc-client.ts'
export { type GrpcServer, grpcServer, type Implementation } from './grpc-server.ts'
export type { RpcService } from './rpc-services.ts'
export type { RpcCall } from './unary-method.ts'
