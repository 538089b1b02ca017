import { createFine, getFine, getPayment, listFines, payFines, waiveFine } from '@kitroom/contracts'
import { created, ok, on, type Route } from '@kitroom/http'

import { paymentFacts, unpaidFineFacts } from '../domain/fine-facts.ts'
import type { UseCases } from '../use-cases/index.ts'

/** Fines and their payments over HTTP. */
export const fineRoutes = (app: UseCases): Route[] => [
  on(listFines, ({ call, query }) => app.listFines(call, query), ok),
  on(
    createFine,
    ({ call, body }) => app.createFine(call, body),
    (fine) => created(`/fines/${fine.id}`, unpaidFineFacts(fine)),
  ),
  on(
    payFines,
    ({ call, body }) => app.payFines(call, body),
    (payment) => created(`/fines/payments/${payment.id}`, paymentFacts(payment)),
  ),
  on(getPayment, ({ call, params }) => app.showPayment(call, params.id), ok),
  on(getFine, ({ call, params }) => app.showFine(call, params.id), ok),
  on(
    waiveFine,
    ({ call, params, body, ifMatch }) => app.waiveFine(call, params.id, body.reason, ifMatch),
    (fine) => ok(unpaidFineFacts(fine)),
  ),
]
