// Calls to the server: who is no longer logged in is shown the login page.

let formToken = "";
let active = true;
for (const act of ["pointerdown", "keydown"]) document.addEventListener(act, () => { active = true; }, { capture: true });

export class Failure extends Error {
  constructor(code, status) {
    super(code);
    this.code = code;
    this.status = status;
  }
}

export const useToken = (token) => { formToken = token; };

/** Ask for something; the server hears whether anybody did something since the last time. */
export async function get(path, fields = {}, signal = undefined) {
  const query = new URLSearchParams(fields);
  const was = active;
  if (was) query.set("active", "1");
  active = false;
  try {
    return await read(await fetch(`/staff/api/${path}?${query}`, { signal, headers: { Accept: "application/json" } }));
  } catch (error) {
    active = active || was;
    throw error;
  }
}

export async function post(path, body) {
  return read(await fetch(`/staff/api/${path}`, {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-Staff-Token": formToken },
    body: JSON.stringify(body),
  }));
}

async function read(answer) {
  if (answer.status === 401) {
    location.assign("/staff/?problem=login_ended");
    return new Promise(() => {});
  }
  const body = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Failure(body.error || "other", answer.status);
  return body;
}

/** Do something again and again, slower while it fails; `told` hears how it goes. */
export async function forever(run, told) {
  let wait = 1000;
  for (;;) {
    try {
      await run();
      wait = 1000;
      told(null);
    } catch (error) {
      told(error);
      await new Promise((go) => setTimeout(go, wait));
      wait = Math.min(15000, wait * 2);
    }
  }
}
