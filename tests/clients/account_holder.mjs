// The account holder of the sandbox, who opens what a TPP sends the browser to, and decides. As a
// bank's own frontend would, it says so on the private listener, where a person uses the page.
const bank = process.env.MULTIPASS_PRIVATE ?? 'http://127.0.0.1:8081'
const key = { authorization: 'Bearer sandbox-admin-key' }

/** Opens `url`; returns where the browser is sent. */
export async function open(url) {
  const answer = await fetch(url, { redirect: 'manual' })
  if (answer.status !== 303) throw new Error(`${answer.status} ${await answer.text()}`)
  return new URL(answer.headers.get('location'))
}

async function decide(url, decision, choice) {
  const page = await open(url)
  const request = page.searchParams.get('x-request-id')
  const answer = await fetch(`${bank}/admin/authorizations/${request}/${decision}`, {
    method: 'POST',
    headers: { ...key, 'content-type': 'application/json' },
    body: JSON.stringify(choice),
  })
  if (!answer.ok) throw new Error(await answer.text())
  return new URL((await answer.json()).redirectUri)
}

/** Where the browser returns with a code. */
export const approve = (url) => decide(url, 'approve', { psu: 'john' })
/** Where it returns with an error. */
export const deny = (url) => decide(url, 'deny', {})
