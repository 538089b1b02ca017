import { messaging } from './20261121000000_messaging.ts'
import { inventory } from './20261121000100_inventory.ts'
import { search } from './20261121000200_search.ts'
import { seen } from './20261129000000_seen.ts'
import { tagOrder } from './20261130000000_tag_order.ts'
import { searchByIndex } from './20261130010000_search_by_index.ts'
import { lendableByName } from './20261130020000_lendable_by_name.ts'

/** All of them, in order. What has landed never changes. */
export const migrations = [messaging, inventory, search, seen, tagOrder, searchByIndex, lendableByName]
