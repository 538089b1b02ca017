import type { MethodDefinition } from '@grpc/proto-loader'

import type { AuditTrailDefinition } from './generated/kitroom/audit/v1/AuditTrail.ts'
import type { AccessDefinition } from './generated/kitroom/auth/v1/Access.ts'
import type { DirectoryDefinition } from './generated/kitroom/auth/v1/Directory.ts'
import type { BookingsDefinition } from './generated/kitroom/booking/v1/Bookings.ts'
import type { InventoryDefinition } from './generated/kitroom/inventory/v1/Inventory.ts'

interface Definitions {
  Access: AccessDefinition
  Directory: DirectoryDefinition
  Inventory: InventoryDefinition
  Bookings: BookingsDefinition
  AuditTrail: AuditTrailDefinition
}

/** The gRPC services there are, by the name in their .proto file. */
export type RpcService = keyof Definitions

/** Which of our services offers each: it is the audience of the statements sent there. */
export const OFFERED_BY = {
  Access: 'auth',
  Directory: 'auth',
  Inventory: 'inventory',
  Bookings: 'booking',
  AuditTrail: 'audit',
} as const satisfies Record<RpcService, string>

/** `Access` → `kitroom.auth.v1.Access`. */
export const fullName = (name: RpcService): string => `kitroom.${OFFERED_BY[name]}.v1.${name}`

export type Owner = (typeof OFFERED_BY)[RpcService]

/** The gRPC services one of our services offers. */
export type OfferedBy<Service extends Owner> = {
  [Name in RpcService]: (typeof OFFERED_BY)[Name] extends Service ? Name : never
}[RpcService]

/** A definition's methods, without the index signature grpc-js gives it. */
type Methods<Name extends RpcService> = {
  [
    Method in keyof Definitions[Name] as string extends Method
      ? never
      : number extends Method
        ? never
        : Method
  ]: Definitions[Name][Method]
}

export type MethodName<Name extends RpcService> = Uncapitalize<keyof Methods<Name> & string>

type Method<Name extends RpcService, M extends MethodName<Name>> =
  Capitalize<M> extends keyof Methods<Name> ? Methods<Name>[Capitalize<M>] : never

/** A request with every field, as it arrives; to be sent that way too, so that none is forgotten. */
export type RequestOf<Name extends RpcService, M extends MethodName<Name>> =
  Method<Name, M> extends MethodDefinition<infer _In, infer _Out, infer Request, infer _Response>
    ? Request
    : never

export type ResponseOf<Name extends RpcService, M extends MethodName<Name>> =
  Method<Name, M> extends MethodDefinition<infer _In, infer _Out, infer _Request, infer Response>
    ? Response
    : never
