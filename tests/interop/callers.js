// Cases played to one caller, one after the other, each with a client of its own. argv: the caller's name (`bootpay`, or
// that of the guide's function), a file with cases and the guide's code, a file for what was seen. stdout and stderr are
// the caller's own.
const { readFileSync, writeFileSync } = require('node:fs')
const { inspect } = require('node:util')

const [caller, from, to] = process.argv.slice(2)
const { cases, code } = JSON.parse(readFileSync(from, 'utf8'))

// How long the last request is to wait, as axios is told.
let waits_s
function watch(axios) {
  axios.interceptors.request.use((config) => {
    waits_s = config.timeout / 1000
    return config
  })
}

function bootpay({ base_url, keys, timeout_s }) {
  const { BootpayCommerce } = require('@bootpay/backend-js')
  const commerce = new BootpayCommerce({ ...keys, mode: 'production' })
  commerce.API_ENTRYPOINTS.production = base_url
  if (timeout_s) commerce.$http.defaults.timeout = timeout_s * 1000
  watch(commerce.$http)
  return { client: commerce, list: (filters) => commerce.order.list(filters), detail: (id) => commerce.order.detail(id) }
}

// The guide's functions have no timeout that could be shortened: one that waits this long is taken to wait for ever.
const PATIENCE_MS = 1000
const WAITING = Symbol('waiting')
const giveUp = () => new Promise((done) => setTimeout(done, PATIENCE_MS, WAITING))

// The code has `host` where the guide has that of production.
function guide(name) {
  watch(require('axios'))
  return ({ base_url, keys, timeout_s }) => {
    const sample = new Function('require', 'host', `${code}\nreturn ${name}`)(require, base_url)
    const ids = (order) => sample(order, keys.access_token)
    return { ids: timeout_s ? (order) => Promise.race([ids(order), giveUp()]) : ids }
  }
}

const open = caller === 'bootpay' ? bootpay : guide(caller)

async function play(each) {
  const seen = {}
  try {
    const { client, ...methods } = open(each)
    if (client) seen.client = inspect(client)
    let value
    for (const [method, ...values] of each.calls) {
      value = await methods[method](...values)
      // The connection is given back before the next call.
      await new Promise(setImmediate)
    }
    if (value === WAITING) return { ...seen, kind: 'waiting' }
    return { ...seen, kind: 'returned', value: value ?? String(value) }
  } catch (error) {
    seen.shown = inspect(error)
    if (!(error instanceof Error)) return { ...seen, kind: 'rejected', value: error ?? String(error) }
    return { ...seen, kind: 'raised', error: error.constructor.name, status: error.response?.status }
  }
}

async function main() {
  const outcomes = []
  for (const each of cases) {
    waits_s = undefined
    const seen = await play(each)
    outcomes.push({ ...seen, timeout_s: waits_s })
  }
  writeFileSync(to, JSON.stringify(outcomes))
  // A call that still waits would keep the process.
  process.exit()
}

main()
