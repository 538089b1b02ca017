// Original file: ../../proto/inventory/v1/inventory.proto

import type { Unit as _kitroom_inventory_v1_Unit, Unit__Output as _kitroom_inventory_v1_Unit__Output } from '../../../kitroom/inventory/v1/Unit.ts';

export interface BatchGetUnitsResponse {
  'units'?: (_kitroom_inventory_v1_Unit)[];
}

export interface BatchGetUnitsResponse__Output {
  'units': (_kitroom_inventory_v1_Unit__Output)[];
}
