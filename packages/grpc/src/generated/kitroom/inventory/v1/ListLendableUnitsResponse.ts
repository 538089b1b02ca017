// Original file: ../../proto/inventory/v1/inventory.proto

import type { LendableResource as _kitroom_inventory_v1_LendableResource, LendableResource__Output as _kitroom_inventory_v1_LendableResource__Output } from '../../../kitroom/inventory/v1/LendableResource.ts';

export interface ListLendableUnitsResponse {
  'resources'?: (_kitroom_inventory_v1_LendableResource)[];
}

export interface ListLendableUnitsResponse__Output {
  'resources': (_kitroom_inventory_v1_LendableResource__Output)[];
}
