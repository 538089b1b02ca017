// Original file: ../../proto/auth/v1/auth.proto

import type * as grpc from '@grpc/grpc-js'
import type { MethodDefinition } from '@grpc/proto-loader'
import type { BatchGetCallersRequest as _kitroom_auth_v1_BatchGetCallersRequest, BatchGetCallersRequest__Output as _kitroom_auth_v1_BatchGetCallersRequest__Output } from '../../../kitroom/auth/v1/BatchGetCallersRequest.ts';
import type { BatchGetCallersResponse as _kitroom_auth_v1_BatchGetCallersResponse, BatchGetCallersResponse__Output as _kitroom_auth_v1_BatchGetCallersResponse__Output } from '../../../kitroom/auth/v1/BatchGetCallersResponse.ts';
import type { GetCallerRequest as _kitroom_auth_v1_GetCallerRequest, GetCallerRequest__Output as _kitroom_auth_v1_GetCallerRequest__Output } from '../../../kitroom/auth/v1/GetCallerRequest.ts';
import type { GetCallerResponse as _kitroom_auth_v1_GetCallerResponse, GetCallerResponse__Output as _kitroom_auth_v1_GetCallerResponse__Output } from '../../../kitroom/auth/v1/GetCallerResponse.ts';

export interface AccessClient extends grpc.Client {
  BatchGetCallers(argument: _kitroom_auth_v1_BatchGetCallersRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_kitroom_auth_v1_BatchGetCallersResponse__Output>): grpc.ClientUnaryCall;
  BatchGetCallers(argument: _kitroom_auth_v1_BatchGetCallersRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_kitroom_auth_v1_BatchGetCallersResponse__Output>): grpc.ClientUnaryCall;
  BatchGetCallers(argument: _kitroom_auth_v1_BatchGetCallersRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_kitroom_auth_v1_BatchGetCallersResponse__Output>): grpc.ClientUnaryCall;
  BatchGetCallers(argument: _kitroom_auth_v1_BatchGetCallersRequest, callback: grpc.requestCallback<_kitroom_auth_v1_BatchGetCallersResponse__Output>): grpc.ClientUnaryCall;
  batchGetCallers(argument: _kitroom_auth_v1_BatchGetCallersRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_kitroom_auth_v1_BatchGetCallersResponse__Output>): grpc.ClientUnaryCall;
  batchGetCallers(argument: _kitroom_auth_v1_BatchGetCallersRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_kitroom_auth_v1_BatchGetCallersResponse__Output>): grpc.ClientUnaryCall;
  batchGetCallers(argument: _kitroom_auth_v1_BatchGetCallersRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_kitroom_auth_v1_BatchGetCallersResponse__Output>): grpc.ClientUnaryCall;
  batchGetCallers(argument: _kitroom_auth_v1_BatchGetCallersRequest, callback: grpc.requestCallback<_kitroom_auth_v1_BatchGetCallersResponse__Output>): grpc.ClientUnaryCall;
  
  GetCaller(argument: _kitroom_auth_v1_GetCallerRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_kitroom_auth_v1_GetCallerResponse__Output>): grpc.ClientUnaryCall;
  GetCaller(argument: _kitroom_auth_v1_GetCallerRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_kitroom_auth_v1_GetCallerResponse__Output>): grpc.ClientUnaryCall;
  GetCaller(argument: _kitroom_auth_v1_GetCallerRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_kitroom_auth_v1_GetCallerResponse__Output>): grpc.ClientUnaryCall;
  GetCaller(argument: _kitroom_auth_v1_GetCallerRequest, callback: grpc.requestCallback<_kitroom_auth_v1_GetCallerResponse__Output>): grpc.ClientUnaryCall;
  getCaller(argument: _kitroom_auth_v1_GetCallerRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_kitroom_auth_v1_GetCallerResponse__Output>): grpc.ClientUnaryCall;
  getCaller(argument: _kitroom_auth_v1_GetCallerRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_kitroom_auth_v1_GetCallerResponse__Output>): grpc.ClientUnaryCall;
  getCaller(argument: _kitroom_auth_v1_GetCallerRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_kitroom_auth_v1_GetCallerResponse__Output>): grpc.ClientUnaryCall;
  getCaller(argument: _kitroom_auth_v1_GetCallerRequest, callback: grpc.requestCallback<_kitroom_auth_v1_GetCallerResponse__Output>): grpc.ClientUnaryCall;
  
}

export interface AccessHandlers extends grpc.UntypedServiceImplementation {
  BatchGetCallers: grpc.handleUnaryCall<_kitroom_auth_v1_BatchGetCallersRequest__Output, _kitroom_auth_v1_BatchGetCallersResponse>;
  
  GetCaller: grpc.handleUnaryCall<_kitroom_auth_v1_GetCallerRequest__Output, _kitroom_auth_v1_GetCallerResponse>;
  
}

export interface AccessDefinition extends grpc.ServiceDefinition {
  BatchGetCallers: MethodDefinition<_kitroom_auth_v1_BatchGetCallersRequest, _kitroom_auth_v1_BatchGetCallersResponse, _kitroom_auth_v1_BatchGetCallersRequest__Output, _kitroom_auth_v1_BatchGetCallersResponse__Output>
  GetCaller: MethodDefinition<_kitroom_auth_v1_GetCallerRequest, _kitroom_auth_v1_GetCallerResponse, _kitroom_auth_v1_GetCallerRequest__Output, _kitroom_auth_v1_GetCallerResponse__Output>
}
