import type { Role } from '@kitroom/contracts'

/** Who may do an operation and what is told of objects, as the contract's tables say it, written out again here. */
export interface Row {
  /** The weakest role that may; `session` for who is signed in, wherever. */
  who: 'public' | 'session' | Role
  /** Whose an object must be for a student; `requester` for staff too. */
  whose?: 'own' | 'requester'
  /** What a deleted object is to it: as if it had never been, or still to be seen by those who ask. */
  deleted?: 'gone' | 'there'
  /** A list that shows a student nothing but what is the student's own. */
  shows?: 'own'
}

const anybody: Row = { who: 'public' }
const student: Row = { who: 'student' }
const staff: Row = { who: 'staff' }
const admin: Row = { who: 'admin' }
const ownOnes: Row = { who: 'student', shows: 'own' }
const own: Row = { who: 'student', whose: 'own' }
const requester: Row = { who: 'student', whose: 'requester' }
const gone = (row: Row): Row => ({ ...row, deleted: 'gone' })
const there = (row: Row): Row => ({ ...row, deleted: 'there' })

/** A row for every operation: one without fails the test by its name. */
export const ROWS: Readonly<Record<string, Row>> = {
  getHealth: anybody,
  getLiveness: anybody,
  getReadiness: anybody,
  getOpenApi: anybody,
  getDocs: anybody,
  getProblem: anybody,
  getKeys: anybody,
  signIn: anybody,
  refreshSession: anybody,

  signOut: { who: 'session' },
  getMe: { who: 'session' },
  // With the bootstrap token it is public: another operation at the same address.
  register: admin,
  listUsers: staff,
  getUser: staff,
  changeUser: admin,
  getOrganization: student,
  changeOrganization: admin,

  listResources: student,
  createResource: staff,
  getResource: gone(student),
  changeResource: gone(staff),
  deleteResource: gone(staff),
  restoreResource: there(staff),
  listUnits: gone(student),
  addUnit: gone(staff),
  findUnits: staff,
  getUnit: gone(student),
  changeUnit: gone(staff),
  deleteUnit: gone(staff),
  restoreUnit: there(staff),
  listTags: student,
  createTag: staff,
  getTag: gone(student),
  changeTag: gone(staff),
  deleteTag: gone(staff),
  importResources: staff,

  createBooking: student,
  lendWalkIn: staff,
  listBookings: ownOnes,
  getBooking: own,
  changeBooking: own,
  submitBooking: requester,
  cancelBooking: own,
  extendBooking: own,
  approveBooking: staff,
  rejectBooking: staff,
  checkOutBooking: staff,
  returnBooking: staff,
  scanUnit: staff,
  swapItem: gone(staff),
  removeItem: gone(staff),
  listMessages: own,
  postMessage: own,
  getMessage: own,
  searchAvailability: student,
  getAvailability: gone(student),
  getStanding: own,
  listFines: ownOnes,
  createFine: staff,
  getFine: own,
  waiveFine: staff,
  payFines: own,
  getPayment: own,
  reportUtilization: staff,
  reportOverdue: staff,
  reportDemand: staff,
  reportNoShows: staff,

  joinWaitlist: student,
  listWaitlist: ownOnes,
  getWaitlistEntry: own,
  acceptOffer: requester,
  declineOffer: requester,
  cancelWaitlistEntry: requester,
  makeOffer: staff,
  rejectWaitlistEntry: staff,
  expireWaitlistEntry: admin,

  listAuditEvents: staff,
  getAuditEvent: staff,
  verifyAudit: admin,
}
