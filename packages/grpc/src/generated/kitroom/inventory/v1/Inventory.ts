// Original file: ../../proto/inventory/v1/inventory.proto

import type * as grpc from '@grpc/grpc-js'
import type { MethodDefinition } from '@grpc/proto-loader'
import type { BatchGetUnitsRequest as _kitroom_inventory_v1_BatchGetUnitsRequest, BatchGetUnitsRequest__Output as _kitroom_inventory_v1_BatchGetUnitsRequest__Output } from '../../../kitroom/inventory/v1/BatchGetUnitsRequest.ts';
import type { BatchGetUnitsResponse as _kitroom_inventory_v1_BatchGetUnitsResponse, BatchGetUnitsResponse__Output as _kitroom_inventory_v1_BatchGetUnitsResponse__Output } from '../../../kitroom/inventory/v1/BatchGetUnitsResponse.ts';
import type { FindLendableResourcesRequest as _kitroom_inventory_v1_FindLendableResourcesRequest, FindLendableResourcesRequest__Output as _kitroom_inventory_v1_FindLendableResourcesRequest__Output } from '../../../kitroom/inventory/v1/FindLendableResourcesRequest.ts';
import type { FindLendableResourcesResponse as _kitroom_inventory_v1_FindLendableResourcesResponse, FindLendableResourcesResponse__Output as _kitroom_inventory_v1_FindLendableResourcesResponse__Output } from '../../../kitroom/inventory/v1/FindLendableResourcesResponse.ts';
import type { ListLendableUnitsRequest as _kitroom_inventory_v1_ListLendableUnitsRequest, ListLendableUnitsRequest__Output as _kitroom_inventory_v1_ListLendableUnitsRequest__Output } from '../../../kitroom/inventory/v1/ListLendableUnitsRequest.ts';
import type { ListLendableUnitsResponse as _kitroom_inventory_v1_ListLendableUnitsResponse, ListLendableUnitsResponse__Output as _kitroom_inventory_v1_ListLendableUnitsResponse__Output } from '../../../kitroom/inventory/v1/ListLendableUnitsResponse.ts';
import type { ListResourcesRequest as _kitroom_inventory_v1_ListResourcesRequest, ListResourcesRequest__Output as _kitroom_inventory_v1_ListResourcesRequest__Output } from '../../../kitroom/inventory/v1/ListResourcesRequest.ts';
import type { ListResourcesResponse as _kitroom_inventory_v1_ListResourcesResponse, ListResourcesResponse__Output as _kitroom_inventory_v1_ListResourcesResponse__Output } from '../../../kitroom/inventory/v1/ListResourcesResponse.ts';

export interface InventoryClient extends grpc.Client {
  BatchGetUnits(argument: _kitroom_inventory_v1_BatchGetUnitsRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_kitroom_inventory_v1_BatchGetUnitsResponse__Output>): grpc.ClientUnaryCall;
  BatchGetUnits(argument: _kitroom_inventory_v1_BatchGetUnitsRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_kitroom_inventory_v1_BatchGetUnitsResponse__Output>): grpc.ClientUnaryCall;
  BatchGetUnits(argument: _kitroom_inventory_v1_BatchGetUnitsRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_kitroom_inventory_v1_BatchGetUnitsResponse__Output>): grpc.ClientUnaryCall;
  BatchGetUnits(argument: _kitroom_inventory_v1_BatchGetUnitsRequest, callback: grpc.requestCallback<_kitroom_inventory_v1_BatchGetUnitsResponse__Output>): grpc.ClientUnaryCall;
  batchGetUnits(argument: _kitroom_inventory_v1_BatchGetUnitsRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_kitroom_inventory_v1_BatchGetUnitsResponse__Output>): grpc.ClientUnaryCall;
  batchGetUnits(argument: _kitroom_inventory_v1_BatchGetUnitsRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_kitroom_inventory_v1_BatchGetUnitsResponse__Output>): grpc.ClientUnaryCall;
  batchGetUnits(argument: _kitroom_inventory_v1_BatchGetUnitsRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_kitroom_inventory_v1_BatchGetUnitsResponse__Output>): grpc.ClientUnaryCall;
  batchGetUnits(argument: _kitroom_inventory_v1_BatchGetUnitsRequest, callback: grpc.requestCallback<_kitroom_inventory_v1_BatchGetUnitsResponse__Output>): grpc.ClientUnaryCall;
  
  FindLendableResources(argument: _kitroom_inventory_v1_FindLendableResourcesRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_kitroom_inventory_v1_FindLendableResourcesResponse__Output>): grpc.ClientUnaryCall;
  FindLendableResources(argument: _kitroom_inventory_v1_FindLendableResourcesRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_kitroom_inventory_v1_FindLendableResourcesResponse__Output>): grpc.ClientUnaryCall;
  FindLendableResources(argument: _kitroom_inventory_v1_FindLendableResourcesRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_kitroom_inventory_v1_FindLendableResourcesResponse__Output>): grpc.ClientUnaryCall;
  FindLendableResources(argument: _kitroom_inventory_v1_FindLendableResourcesRequest, callback: grpc.requestCallback<_kitroom_inventory_v1_FindLendableResourcesResponse__Output>): grpc.ClientUnaryCall;
  findLendableResources(argument: _kitroom_inventory_v1_FindLendableResourcesRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_kitroom_inventory_v1_FindLendableResourcesResponse__Output>): grpc.ClientUnaryCall;
  findLendableResources(argument: _kitroom_inventory_v1_FindLendableResourcesRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_kitroom_inventory_v1_FindLendableResourcesResponse__Output>): grpc.ClientUnaryCall;
  findLendableResources(argument: _kitroom_inventory_v1_FindLendableResourcesRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_kitroom_inventory_v1_FindLendableResourcesResponse__Output>): grpc.ClientUnaryCall;
  findLendableResources(argument: _kitroom_inventory_v1_FindLendableResourcesRequest, callback: grpc.requestCallback<_kitroom_inventory_v1_FindLendableResourcesResponse__Output>): grpc.ClientUnaryCall;
  
  ListLendableUnits(argument: _kitroom_inventory_v1_ListLendableUnitsRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_kitroom_inventory_v1_ListLendableUnitsResponse__Output>): grpc.ClientUnaryCall;
  ListLendableUnits(argument: _kitroom_inventory_v1_ListLendableUnitsRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_kitroom_inventory_v1_ListLendableUnitsResponse__Output>): grpc.ClientUnaryCall;
  ListLendableUnits(argument: _kitroom_inventory_v1_ListLendableUnitsRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_kitroom_inventory_v1_ListLendableUnitsResponse__Output>): grpc.ClientUnaryCall;
  ListLendableUnits(argument: _kitroom_inventory_v1_ListLendableUnitsRequest, callback: grpc.requestCallback<_kitroom_inventory_v1_ListLendableUnitsResponse__Output>): grpc.ClientUnaryCall;
  listLendableUnits(argument: _kitroom_inventory_v1_ListLendableUnitsRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_kitroom_inventory_v1_ListLendableUnitsResponse__Output>): grpc.ClientUnaryCall;
  listLendableUnits(argument: _kitroom_inventory_v1_ListLendableUnitsRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_kitroom_inventory_v1_ListLendableUnitsResponse__Output>): grpc.ClientUnaryCall;
  listLendableUnits(argument: _kitroom_inventory_v1_ListLendableUnitsRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_kitroom_inventory_v1_ListLendableUnitsResponse__Output>): grpc.ClientUnaryCall;
  listLendableUnits(argument: _kitroom_inventory_v1_ListLendableUnitsRequest, callback: grpc.requestCallback<_kitroom_inventory_v1_ListLendableUnitsResponse__Output>): grpc.ClientUnaryCall;
  
  ListResources(argument: _kitroom_inventory_v1_ListResourcesRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_kitroom_inventory_v1_ListResourcesResponse__Output>): grpc.ClientUnaryCall;
  ListResources(argument: _kitroom_inventory_v1_ListResourcesRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_kitroom_inventory_v1_ListResourcesResponse__Output>): grpc.ClientUnaryCall;
  ListResources(argument: _kitroom_inventory_v1_ListResourcesRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_kitroom_inventory_v1_ListResourcesResponse__Output>): grpc.ClientUnaryCall;
  ListResources(argument: _kitroom_inventory_v1_ListResourcesRequest, callback: grpc.requestCallback<_kitroom_inventory_v1_ListResourcesResponse__Output>): grpc.ClientUnaryCall;
  listResources(argument: _kitroom_inventory_v1_ListResourcesRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_kitroom_inventory_v1_ListResourcesResponse__Output>): grpc.ClientUnaryCall;
  listResources(argument: _kitroom_inventory_v1_ListResourcesRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_kitroom_inventory_v1_ListResourcesResponse__Output>): grpc.ClientUnaryCall;
  listResources(argument: _kitroom_inventory_v1_ListResourcesRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_kitroom_inventory_v1_ListResourcesResponse__Output>): grpc.ClientUnaryCall;
  listResources(argument: _kitroom_inventory_v1_ListResourcesRequest, callback: grpc.requestCallback<_kitroom_inventory_v1_ListResourcesResponse__Output>): grpc.ClientUnaryCall;
  
}

export interface InventoryHandlers extends grpc.UntypedServiceImplementation {
  BatchGetUnits: grpc.handleUnaryCall<_kitroom_inventory_v1_BatchGetUnitsRequest__Output, _kitroom_inventory_v1_BatchGetUnitsResponse>;
  
  FindLendableResources: grpc.handleUnaryCall<_kitroom_inventory_v1_FindLendableResourcesRequest__Output, _kitroom_inventory_v1_FindLendableResourcesResponse>;
  
  ListLendableUnits: grpc.handleUnaryCall<_kitroom_inventory_v1_ListLendableUnitsRequest__Output, _kitroom_inventory_v1_ListLendableUnitsResponse>;
  
  ListResources: grpc.handleUnaryCall<_kitroom_inventory_v1_ListResourcesRequest__Output, _kitroom_inventory_v1_ListResourcesResponse>;
  
}

export interface InventoryDefinition extends grpc.ServiceDefinition {
  BatchGetUnits: MethodDefinition<_kitroom_inventory_v1_BatchGetUnitsRequest, _kitroom_inventory_v1_BatchGetUnitsResponse, _kitroom_inventory_v1_BatchGetUnitsRequest__Output, _kitroom_inventory_v1_BatchGetUnitsResponse__Output>
  FindLendableResources: MethodDefinition<_kitroom_inventory_v1_FindLendableResourcesRequest, _kitroom_inventory_v1_FindLendableResourcesResponse, _kitroom_inventory_v1_FindLendableResourcesRequest__Output, _kitroom_inventory_v1_FindLendableResourcesResponse__Output>
  ListLendableUnits: MethodDefinition<_kitroom_inventory_v1_ListLendableUnitsRequest, _kitroom_inventory_v1_ListLendableUnitsResponse, _kitroom_inventory_v1_ListLendableUnitsRequest__Output, _kitroom_inventory_v1_ListLendableUnitsResponse__Output>
  ListResources: MethodDefinition<_kitroom_inventory_v1_ListResourcesRequest, _kitroom_inventory_v1_ListResourcesResponse, _kitroom_inventory_v1_ListResourcesRequest__Output, _kitroom_inventory_v1_ListResourcesResponse__Output>
}
