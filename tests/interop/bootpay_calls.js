// Calls of the official Node SDK, one after the other: argv[2] says which as JSON, stdout what became of each.
const { BootpayCommerce } = require('@bootpay/backend-js')

const { base_url, client_key, secret_key, calls } = JSON.parse(process.argv[2])
const commerce = new BootpayCommerce({ client_key, secret_key, mode: 'production' })
commerce.API_ENTRYPOINTS.production = base_url

async function call([method, ...values]) {
  const path = method.split('.')
  const name = path.pop()
  const owner = path.reduce((object, key) => object[key], commerce)
  try {
    return { kind: 'returned', body: await owner[name](...values) }
  } catch (error) {
    // The SDK rejects with what the server said, a plain object; an Error is the SDK's own fault.
    return error instanceof Error
      ? { kind: 'raised', body: `${error.name}: ${error.message}` }
      : { kind: 'rejected', body: error }
  }
}

async function main() {
  const outcomes = []
  for (const each of calls) outcomes.push(await call(each))
  process.stdout.write(JSON.stringify(outcomes))
}

main()
