// Original file: ../../proto/inventory/v1/inventory.proto

import type { FoundResource as _kitroom_inventory_v1_FoundResource, FoundResource__Output as _kitroom_inventory_v1_FoundResource__Output } from '../../../kitroom/inventory/v1/FoundResource.ts';

export interface FindLendableResourcesResponse {
  'resources'?: (_kitroom_inventory_v1_FoundResource)[];
  'total'?: (number);
  'has_next'?: (boolean);
  'next_cursor'?: (string);
}

export interface FindLendableResourcesResponse__Output {
  'resources': (_kitroom_inventory_v1_FoundResource__Output)[];
  'total': (number);
  'has_next': (boolean);
  'next_cursor': (string);
}
