import type { BookingStatus, Role } from '@kitroom/contracts'

export interface DemoPerson {
  name: string
  email: string
  role: Role
}

/** A kind of equipment: its department is its tag, and its units are numbered from 1. */
export interface DemoResource {
  name: string
  type: string
  department: string
  description: string
  barcode: string
  units: number
}

/** A booking, in hours from now: below zero it was in the past and staff entered it. */
export interface DemoBooking {
  borrower: string
  resource: string
  quantity?: number
  from: number
  to: number
  purpose: string
  status: BookingStatus
}

export interface DemoUniversity {
  name: string
  timezone: string
  people: DemoPerson[]
  resources: DemoResource[]
  bookings: DemoBooking[]
}

/** Somebody whose address is made from the name. */
export const person = (role: Role, name: string, domain: string): DemoPerson => ({
  name,
  role,
  email: `${name
    .toLowerCase()
    .normalize('NFD')
    .replaceAll(/[^a-z ]/g, '')
    .replaceAll(' ', '.')}@${domain}`,
})

/** The kinds of equipment of one department, with barcodes of its own. */
export const kinds =
  (department: string, type: string, prefix: string) =>
  (name: string, units: number, description: string, at: number): DemoResource => ({
    name,
    type,
    department,
    description,
    units,
    barcode: `${prefix}${at}`,
  })
