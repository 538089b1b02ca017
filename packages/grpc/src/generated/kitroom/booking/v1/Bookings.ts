// Original file: ../../proto/booking/v1/booking.proto

import type * as grpc from '@grpc/grpc-js'
import type { MethodDefinition } from '@grpc/proto-loader'
import type { BatchGetBookingsRequest as _kitroom_booking_v1_BatchGetBookingsRequest, BatchGetBookingsRequest__Output as _kitroom_booking_v1_BatchGetBookingsRequest__Output } from '../../../kitroom/booking/v1/BatchGetBookingsRequest.ts';
import type { BatchGetBookingsResponse as _kitroom_booking_v1_BatchGetBookingsResponse, BatchGetBookingsResponse__Output as _kitroom_booking_v1_BatchGetBookingsResponse__Output } from '../../../kitroom/booking/v1/BatchGetBookingsResponse.ts';
import type { ListOccupancyRequest as _kitroom_booking_v1_ListOccupancyRequest, ListOccupancyRequest__Output as _kitroom_booking_v1_ListOccupancyRequest__Output } from '../../../kitroom/booking/v1/ListOccupancyRequest.ts';
import type { ListOccupancyResponse as _kitroom_booking_v1_ListOccupancyResponse, ListOccupancyResponse__Output as _kitroom_booking_v1_ListOccupancyResponse__Output } from '../../../kitroom/booking/v1/ListOccupancyResponse.ts';

export interface BookingsClient extends grpc.Client {
  BatchGetBookings(argument: _kitroom_booking_v1_BatchGetBookingsRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_kitroom_booking_v1_BatchGetBookingsResponse__Output>): grpc.ClientUnaryCall;
  BatchGetBookings(argument: _kitroom_booking_v1_BatchGetBookingsRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_kitroom_booking_v1_BatchGetBookingsResponse__Output>): grpc.ClientUnaryCall;
  BatchGetBookings(argument: _kitroom_booking_v1_BatchGetBookingsRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_kitroom_booking_v1_BatchGetBookingsResponse__Output>): grpc.ClientUnaryCall;
  BatchGetBookings(argument: _kitroom_booking_v1_BatchGetBookingsRequest, callback: grpc.requestCallback<_kitroom_booking_v1_BatchGetBookingsResponse__Output>): grpc.ClientUnaryCall;
  batchGetBookings(argument: _kitroom_booking_v1_BatchGetBookingsRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_kitroom_booking_v1_BatchGetBookingsResponse__Output>): grpc.ClientUnaryCall;
  batchGetBookings(argument: _kitroom_booking_v1_BatchGetBookingsRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_kitroom_booking_v1_BatchGetBookingsResponse__Output>): grpc.ClientUnaryCall;
  batchGetBookings(argument: _kitroom_booking_v1_BatchGetBookingsRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_kitroom_booking_v1_BatchGetBookingsResponse__Output>): grpc.ClientUnaryCall;
  batchGetBookings(argument: _kitroom_booking_v1_BatchGetBookingsRequest, callback: grpc.requestCallback<_kitroom_booking_v1_BatchGetBookingsResponse__Output>): grpc.ClientUnaryCall;
  
  ListOccupancy(argument: _kitroom_booking_v1_ListOccupancyRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_kitroom_booking_v1_ListOccupancyResponse__Output>): grpc.ClientUnaryCall;
  ListOccupancy(argument: _kitroom_booking_v1_ListOccupancyRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_kitroom_booking_v1_ListOccupancyResponse__Output>): grpc.ClientUnaryCall;
  ListOccupancy(argument: _kitroom_booking_v1_ListOccupancyRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_kitroom_booking_v1_ListOccupancyResponse__Output>): grpc.ClientUnaryCall;
  ListOccupancy(argument: _kitroom_booking_v1_ListOccupancyRequest, callback: grpc.requestCallback<_kitroom_booking_v1_ListOccupancyResponse__Output>): grpc.ClientUnaryCall;
  listOccupancy(argument: _kitroom_booking_v1_ListOccupancyRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_kitroom_booking_v1_ListOccupancyResponse__Output>): grpc.ClientUnaryCall;
  listOccupancy(argument: _kitroom_booking_v1_ListOccupancyRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_kitroom_booking_v1_ListOccupancyResponse__Output>): grpc.ClientUnaryCall;
  listOccupancy(argument: _kitroom_booking_v1_ListOccupancyRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_kitroom_booking_v1_ListOccupancyResponse__Output>): grpc.ClientUnaryCall;
  listOccupancy(argument: _kitroom_booking_v1_ListOccupancyRequest, callback: grpc.requestCallback<_kitroom_booking_v1_ListOccupancyResponse__Output>): grpc.ClientUnaryCall;
  
}

export interface BookingsHandlers extends grpc.UntypedServiceImplementation {
  BatchGetBookings: grpc.handleUnaryCall<_kitroom_booking_v1_BatchGetBookingsRequest__Output, _kitroom_booking_v1_BatchGetBookingsResponse>;
  
  ListOccupancy: grpc.handleUnaryCall<_kitroom_booking_v1_ListOccupancyRequest__Output, _kitroom_booking_v1_ListOccupancyResponse>;
  
}

export interface BookingsDefinition extends grpc.ServiceDefinition {
  BatchGetBookings: MethodDefinition<_kitroom_booking_v1_BatchGetBookingsRequest, _kitroom_booking_v1_BatchGetBookingsResponse, _kitroom_booking_v1_BatchGetBookingsRequest__Output, _kitroom_booking_v1_BatchGetBookingsResponse__Output>
  ListOccupancy: MethodDefinition<_kitroom_booking_v1_ListOccupancyRequest, _kitroom_booking_v1_ListOccupancyResponse, _kitroom_booking_v1_ListOccupancyRequest__Output, _kitroom_booking_v1_ListOccupancyResponse__Output>
}
