// Original file: ../../proto/auth/v1/auth.proto

import type * as grpc from '@grpc/grpc-js'
import type { MethodDefinition } from '@grpc/proto-loader'
import type { BatchGetUsersRequest as _kitroom_auth_v1_BatchGetUsersRequest, BatchGetUsersRequest__Output as _kitroom_auth_v1_BatchGetUsersRequest__Output } from '../../../kitroom/auth/v1/BatchGetUsersRequest.ts';
import type { BatchGetUsersResponse as _kitroom_auth_v1_BatchGetUsersResponse, BatchGetUsersResponse__Output as _kitroom_auth_v1_BatchGetUsersResponse__Output } from '../../../kitroom/auth/v1/BatchGetUsersResponse.ts';
import type { GetOrganizationRequest as _kitroom_auth_v1_GetOrganizationRequest, GetOrganizationRequest__Output as _kitroom_auth_v1_GetOrganizationRequest__Output } from '../../../kitroom/auth/v1/GetOrganizationRequest.ts';
import type { GetOrganizationResponse as _kitroom_auth_v1_GetOrganizationResponse, GetOrganizationResponse__Output as _kitroom_auth_v1_GetOrganizationResponse__Output } from '../../../kitroom/auth/v1/GetOrganizationResponse.ts';

export interface DirectoryClient extends grpc.Client {
  BatchGetUsers(argument: _kitroom_auth_v1_BatchGetUsersRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_kitroom_auth_v1_BatchGetUsersResponse__Output>): grpc.ClientUnaryCall;
  BatchGetUsers(argument: _kitroom_auth_v1_BatchGetUsersRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_kitroom_auth_v1_BatchGetUsersResponse__Output>): grpc.ClientUnaryCall;
  BatchGetUsers(argument: _kitroom_auth_v1_BatchGetUsersRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_kitroom_auth_v1_BatchGetUsersResponse__Output>): grpc.ClientUnaryCall;
  BatchGetUsers(argument: _kitroom_auth_v1_BatchGetUsersRequest, callback: grpc.requestCallback<_kitroom_auth_v1_BatchGetUsersResponse__Output>): grpc.ClientUnaryCall;
  batchGetUsers(argument: _kitroom_auth_v1_BatchGetUsersRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_kitroom_auth_v1_BatchGetUsersResponse__Output>): grpc.ClientUnaryCall;
  batchGetUsers(argument: _kitroom_auth_v1_BatchGetUsersRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_kitroom_auth_v1_BatchGetUsersResponse__Output>): grpc.ClientUnaryCall;
  batchGetUsers(argument: _kitroom_auth_v1_BatchGetUsersRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_kitroom_auth_v1_BatchGetUsersResponse__Output>): grpc.ClientUnaryCall;
  batchGetUsers(argument: _kitroom_auth_v1_BatchGetUsersRequest, callback: grpc.requestCallback<_kitroom_auth_v1_BatchGetUsersResponse__Output>): grpc.ClientUnaryCall;
  
  GetOrganization(argument: _kitroom_auth_v1_GetOrganizationRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_kitroom_auth_v1_GetOrganizationResponse__Output>): grpc.ClientUnaryCall;
  GetOrganization(argument: _kitroom_auth_v1_GetOrganizationRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_kitroom_auth_v1_GetOrganizationResponse__Output>): grpc.ClientUnaryCall;
  GetOrganization(argument: _kitroom_auth_v1_GetOrganizationRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_kitroom_auth_v1_GetOrganizationResponse__Output>): grpc.ClientUnaryCall;
  GetOrganization(argument: _kitroom_auth_v1_GetOrganizationRequest, callback: grpc.requestCallback<_kitroom_auth_v1_GetOrganizationResponse__Output>): grpc.ClientUnaryCall;
  getOrganization(argument: _kitroom_auth_v1_GetOrganizationRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_kitroom_auth_v1_GetOrganizationResponse__Output>): grpc.ClientUnaryCall;
  getOrganization(argument: _kitroom_auth_v1_GetOrganizationRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_kitroom_auth_v1_GetOrganizationResponse__Output>): grpc.ClientUnaryCall;
  getOrganization(argument: _kitroom_auth_v1_GetOrganizationRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_kitroom_auth_v1_GetOrganizationResponse__Output>): grpc.ClientUnaryCall;
  getOrganization(argument: _kitroom_auth_v1_GetOrganizationRequest, callback: grpc.requestCallback<_kitroom_auth_v1_GetOrganizationResponse__Output>): grpc.ClientUnaryCall;
  
}

export interface DirectoryHandlers extends grpc.UntypedServiceImplementation {
  BatchGetUsers: grpc.handleUnaryCall<_kitroom_auth_v1_BatchGetUsersRequest__Output, _kitroom_auth_v1_BatchGetUsersResponse>;
  
  GetOrganization: grpc.handleUnaryCall<_kitroom_auth_v1_GetOrganizationRequest__Output, _kitroom_auth_v1_GetOrganizationResponse>;
  
}

export interface DirectoryDefinition extends grpc.ServiceDefinition {
  BatchGetUsers: MethodDefinition<_kitroom_auth_v1_BatchGetUsersRequest, _kitroom_auth_v1_BatchGetUsersResponse, _kitroom_auth_v1_BatchGetUsersRequest__Output, _kitroom_auth_v1_BatchGetUsersResponse__Output>
  GetOrganization: MethodDefinition<_kitroom_auth_v1_GetOrganizationRequest, _kitroom_auth_v1_GetOrganizationResponse, _kitroom_auth_v1_GetOrganizationRequest__Output, _kitroom_auth_v1_GetOrganizationResponse__Output>
}
