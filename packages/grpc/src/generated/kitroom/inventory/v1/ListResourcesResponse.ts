// Original file: ../../proto/inventory/v1/inventory.proto

import type { ListedResource as _kitroom_inventory_v1_ListedResource, ListedResource__Output as _kitroom_inventory_v1_ListedResource__Output } from '../../../kitroom/inventory/v1/ListedResource.ts';

export interface ListResourcesResponse {
  'resources'?: (_kitroom_inventory_v1_ListedResource)[];
  'has_next'?: (boolean);
}

export interface ListResourcesResponse__Output {
  'resources': (_kitroom_inventory_v1_ListedResource__Output)[];
  'has_next': (boolean);
}
