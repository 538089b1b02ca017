import { importResources } from './import-resources.ts'
import type { InTransaction, Reads } from './ports.ts'
import { changeResource } from './resources/change-resource.ts'
import { createResource } from './resources/create-resource.ts'
import { deleteResource } from './resources/delete-resource.ts'
import { restoreResource } from './resources/restore-resource.ts'
import { changeTag } from './tags/change-tag.ts'
import { createTag } from './tags/create-tag.ts'
import { deleteTag } from './tags/delete-tag.ts'
import { addUnit } from './units/add-unit.ts'
import { changeUnit } from './units/change-unit.ts'
import { deleteUnit } from './units/delete-unit.ts'
import { noteConditions } from './units/note-conditions.ts'
import { restoreUnit } from './units/restore-unit.ts'

/** Everything the inventory service can do. */
export const inventoryUseCases = (inTransaction: InTransaction, reads: Reads) => ({
  reads,
  createResource: createResource(inTransaction),
  changeResource: changeResource(inTransaction),
  deleteResource: deleteResource(inTransaction),
  restoreResource: restoreResource(inTransaction),
  addUnit: addUnit(inTransaction),
  changeUnit: changeUnit(inTransaction),
  deleteUnit: deleteUnit(inTransaction),
  restoreUnit: restoreUnit(inTransaction),
  noteConditions: noteConditions(inTransaction),
  createTag: createTag(inTransaction),
  changeTag: changeTag(inTransaction),
  deleteTag: deleteTag(inTransaction),
  importResources: importResources(inTransaction),
})
export type UseCases = ReturnType<typeof inventoryUseCases>
