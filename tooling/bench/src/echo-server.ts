import type { AddressInfo } from 'node:net'
import express from 'express'

/** The peer of the api: Express 5 that parses JSON and sends it back. Prints its address. */
const app = express()
app.use(express.json())
app.post('/', (request, response) => {
  response.json(request.body)
})
const server = app.listen(0, '127.0.0.1', () => {
  process.stdout.write(`http://127.0.0.1:${String((server.address() as AddressInfo).port)}\n`)
})
