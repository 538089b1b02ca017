// Original file: ../../proto/audit/v1/audit.proto

import type * as grpc from '@grpc/grpc-js'
import type { MethodDefinition } from '@grpc/proto-loader'
import type { ListEventsRequest as _kitroom_audit_v1_ListEventsRequest, ListEventsRequest__Output as _kitroom_audit_v1_ListEventsRequest__Output } from '../../../kitroom/audit/v1/ListEventsRequest.ts';
import type { ListEventsResponse as _kitroom_audit_v1_ListEventsResponse, ListEventsResponse__Output as _kitroom_audit_v1_ListEventsResponse__Output } from '../../../kitroom/audit/v1/ListEventsResponse.ts';
import type { VerifyRequest as _kitroom_audit_v1_VerifyRequest, VerifyRequest__Output as _kitroom_audit_v1_VerifyRequest__Output } from '../../../kitroom/audit/v1/VerifyRequest.ts';
import type { VerifyResponse as _kitroom_audit_v1_VerifyResponse, VerifyResponse__Output as _kitroom_audit_v1_VerifyResponse__Output } from '../../../kitroom/audit/v1/VerifyResponse.ts';

export interface AuditTrailClient extends grpc.Client {
  ListEvents(argument: _kitroom_audit_v1_ListEventsRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_kitroom_audit_v1_ListEventsResponse__Output>): grpc.ClientUnaryCall;
  ListEvents(argument: _kitroom_audit_v1_ListEventsRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_kitroom_audit_v1_ListEventsResponse__Output>): grpc.ClientUnaryCall;
  ListEvents(argument: _kitroom_audit_v1_ListEventsRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_kitroom_audit_v1_ListEventsResponse__Output>): grpc.ClientUnaryCall;
  ListEvents(argument: _kitroom_audit_v1_ListEventsRequest, callback: grpc.requestCallback<_kitroom_audit_v1_ListEventsResponse__Output>): grpc.ClientUnaryCall;
  listEvents(argument: _kitroom_audit_v1_ListEventsRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_kitroom_audit_v1_ListEventsResponse__Output>): grpc.ClientUnaryCall;
  listEvents(argument: _kitroom_audit_v1_ListEventsRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_kitroom_audit_v1_ListEventsResponse__Output>): grpc.ClientUnaryCall;
  listEvents(argument: _kitroom_audit_v1_ListEventsRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_kitroom_audit_v1_ListEventsResponse__Output>): grpc.ClientUnaryCall;
  listEvents(argument: _kitroom_audit_v1_ListEventsRequest, callback: grpc.requestCallback<_kitroom_audit_v1_ListEventsResponse__Output>): grpc.ClientUnaryCall;
  
  Verify(argument: _kitroom_audit_v1_VerifyRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_kitroom_audit_v1_VerifyResponse__Output>): grpc.ClientUnaryCall;
  Verify(argument: _kitroom_audit_v1_VerifyRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_kitroom_audit_v1_VerifyResponse__Output>): grpc.ClientUnaryCall;
  Verify(argument: _kitroom_audit_v1_VerifyRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_kitroom_audit_v1_VerifyResponse__Output>): grpc.ClientUnaryCall;
  Verify(argument: _kitroom_audit_v1_VerifyRequest, callback: grpc.requestCallback<_kitroom_audit_v1_VerifyResponse__Output>): grpc.ClientUnaryCall;
  verify(argument: _kitroom_audit_v1_VerifyRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_kitroom_audit_v1_VerifyResponse__Output>): grpc.ClientUnaryCall;
  verify(argument: _kitroom_audit_v1_VerifyRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_kitroom_audit_v1_VerifyResponse__Output>): grpc.ClientUnaryCall;
  verify(argument: _kitroom_audit_v1_VerifyRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_kitroom_audit_v1_VerifyResponse__Output>): grpc.ClientUnaryCall;
  verify(argument: _kitroom_audit_v1_VerifyRequest, callback: grpc.requestCallback<_kitroom_audit_v1_VerifyResponse__Output>): grpc.ClientUnaryCall;
  
}

export interface AuditTrailHandlers extends grpc.UntypedServiceImplementation {
  ListEvents: grpc.handleUnaryCall<_kitroom_audit_v1_ListEventsRequest__Output, _kitroom_audit_v1_ListEventsResponse>;
  
  Verify: grpc.handleUnaryCall<_kitroom_audit_v1_VerifyRequest__Output, _kitroom_audit_v1_VerifyResponse>;
  
}

export interface AuditTrailDefinition extends grpc.ServiceDefinition {
  ListEvents: MethodDefinition<_kitroom_audit_v1_ListEventsRequest, _kitroom_audit_v1_ListEventsResponse, _kitroom_audit_v1_ListEventsRequest__Output, _kitroom_audit_v1_ListEventsResponse__Output>
  Verify: MethodDefinition<_kitroom_audit_v1_VerifyRequest, _kitroom_audit_v1_VerifyResponse, _kitroom_audit_v1_VerifyRequest__Output, _kitroom_audit_v1_VerifyResponse__Output>
}
