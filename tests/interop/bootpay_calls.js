// The official Node SDK: argv[2] says as JSON which calls to make, one after the other, or `methods` to list what there
// is to call. stdout says what became of it.
const fs = require('fs')
const path = require('path')
const { BootpayCommerce } = require('@bootpay/backend-js')

const { base_url, client_key, secret_key, calls, methods } = JSON.parse(process.argv[2])
const commerce = new BootpayCommerce({ client_key, secret_key, mode: 'production' })
commerce.API_ENTRYPOINTS.production = base_url

async function call([method, ...values]) {
  const path = method.split('.')
  const name = path.pop()
  try {
    const owner = path.reduce((object, key) => object[key], commerce)
    const body = await owner[name](...values)
    return { kind: 'returned', body: body === commerce ? 'the client' : body }
  } catch (error) {
    // The SDK rejects with what the server said, a plain object; an Error is the SDK's own fault.
    return error instanceof Error
      ? { kind: 'raised', body: `${error.name}: ${error.message}` }
      : { kind: 'rejected', body: error }
  }
}

// TypeScript's private methods are plain methods at run time; its declarations tell them apart.
function readPrivate(folder) {
  return fs.readdirSync(folder, { recursive: true })
    .filter((file) => file.endsWith('.d.ts'))
    .flatMap((file) => fs.readFileSync(path.join(folder, file), 'utf8').match(/(?<=^\s*private )\w+/gm) || [])
}

function list(object, hidden, prefix = '') {
  const own = Object.getOwnPropertyNames(Object.getPrototypeOf(object))
    .filter((name) => name !== 'constructor' && !hidden.has(name))
  const modules = Object.entries(object).filter(([, value]) => value?.constructor.name.endsWith('Module'))
  return [
    ...own.map((name) => prefix + name),
    ...modules.flatMap(([name, module]) => list(module, hidden, `${prefix}${name}.`))
  ]
}

async function main() {
  if (methods) {
    const hidden = new Set(readPrivate(path.dirname(require.resolve('@bootpay/backend-js'))))
    process.stdout.write(JSON.stringify(list(commerce, hidden)))
    return
  }
  const outcomes = []
  for (const each of calls) outcomes.push(await call(each))
  process.stdout.write(JSON.stringify(outcomes))
}

main()
