// Runs the commands of the page as they stand there, and carries values from one answer to the next.
// What is shown is what is sent: the request is read from the command's own text.
'use strict';

const shownHeaders =
    ['content-type', 'www-authenticate', 'retry-after', 'allow', 'x-request-id'];
const givers = new Map();  // name of a value -> heading of the step that brings it

// '...' and line ends behind a backslash are all that the commands use of a shell.
function wordsOf(command) {
  const line = command.replace(/\\\n\s*/g, ' ');
  return [...line.matchAll(/(?:'[^']*'|[^\s'])+/g)].map(([word]) => word.replaceAll("'", ''));
}

function requestOf(command) {
  const words = wordsOf(command);
  const request = {method: 'GET', headers: {}, path: ''};
  const form = [];
  while (words.length > 0) {
    const word = words.shift();
    if (word === '-X') {
      request.method = words.shift();
    } else if (word === '-d') {
      form.push(words.shift());
    } else if (word === '-u') {
      request.headers.Authorization = 'Basic ' + btoa(words.shift());
    } else if (word === '-H') {
      const [name, value] = words.shift().split(': ');
      request.headers[name] = value;
    } else if (word.startsWith('http')) {
      const url = new URL(word);
      request.path = url.pathname + url.search;  // of this server, whatever it is called here
    }
  }
  if (form.length > 0) {
    request.body = form.join('&');
    request.headers['Content-Type'] = 'application/x-www-form-urlencoded';
  }
  return request;
}

// Breaks JSON into lines without reading it, so that 30.40 stays 30.40.
function spread(json) {
  let depth = 0;
  const line = () => '\n' + '  '.repeat(depth);
  return json.replace(/"(?:[^"\\]|\\.)*"|\{\}|\[\]|[{}[\],:]/g, (part) => {
    if (part === '{' || part === '[') {
      depth += 1;
      return part + line();
    }
    if (part === '}' || part === ']') {
      depth -= 1;
      return line() + part;
    }
    if (part === ',') return part + line();
    return part === ':' ? ': ' : part;
  });
}

function know(name, value) {
  for (const place of document.querySelectorAll(`[data-of="${name}"]`)) {
    place.textContent = value;
    place.classList.add('known');
  }
  for (const link of document.querySelectorAll(`[data-leads-to="${name}"]`)) {
    const before = link.dataset.before;
    link.href = before ? before + encodeURIComponent(value) : value;
    link.hidden = false;
  }
}

// "name:member.0.member" or "name:member?parameter" of the answer; "name" alone is its own path.
function takesOf(step) {
  return (step.dataset.take ?? '').split(' ').filter(Boolean).map((rule) => {
    const [name, path = name] = rule.split(':');
    return {name, path};
  });
}

function valueAt(answer, path) {
  const [members, parameter] = path.split('?');
  const found = members.split('.').reduce((part, member) => part?.[member], answer);
  return found && parameter ? new URL(found).searchParams.get(parameter) : found;
}

function takeFrom(step, text) {
  let answer;
  try {
    answer = JSON.parse(text);
  } catch {
    return;
  }
  for (const {name, path} of takesOf(step)) {
    const value = valueAt(answer, path);
    if (value !== undefined && value !== null) know(name, String(value));
  }
}

async function run(step, command, outcome, shown) {
  const missing = command.querySelector('var:not(.known)');
  shown.hidden = true;
  if (missing) {
    outcome.textContent = `First: ${givers.get(missing.dataset.of)}`;
    return;
  }
  const {path, ...request} = requestOf(command.textContent);
  outcome.textContent = 'Asking…';
  try {
    const answer = await fetch(path, {...request, credentials: 'omit', cache: 'no-store'});
    const text = await answer.text();
    const lines = shownHeaders.filter((name) => answer.headers.has(name))
                      .map((name) => `${name}: ${answer.headers.get(name)}`);
    shown.textContent = `${lines.join('\n')}\n\n${spread(text)}`;
    shown.hidden = false;
    outcome.textContent = `Answer: ${answer.status} ${answer.statusText}`;
    outcome.dataset.good = String(answer.ok);
    if (answer.ok) takeFrom(step, text);
  } catch {
    outcome.textContent = 'The server does not answer. Is it still running?';
  }
}

async function copy(command, button) {
  try {
    await navigator.clipboard.writeText(command.textContent);
    button.textContent = 'Copied';
  } catch {  // not allowed: then select it, to copy by hand
    getSelection().selectAllChildren(command);
  }
}

function element(tag, properties) {
  return Object.assign(document.createElement(tag), properties);
}

function equip(step) {
  const heading = step.querySelector('h3').textContent;
  const command = step.querySelector('pre code');
  const part = step.closest('section').querySelector('h2').textContent;
  for (const {name} of takesOf(step)) givers.set(name, heading);
  if (!command) return;
  const runs = element('button', {type: 'button', className: 'primary', textContent: 'Run'});
  const copies = element('button', {type: 'button', textContent: 'Copy'});
  runs.setAttribute('aria-label', `Run: ${part}, ${heading}`);
  copies.setAttribute('aria-label', `Copy: ${part}, ${heading}`);
  const outcome = element('p', {className: 'outcome'});
  outcome.setAttribute('role', 'status');
  const shown = element('pre', {className: 'answer', hidden: true});
  const buttons = element('div', {className: 'buttons'});
  buttons.append(runs, copies);
  step.append(buttons, outcome, shown);
  runs.addEventListener('click', () => run(step, command, outcome, shown));
  copies.addEventListener('click', () => copy(command, copies));
}

// The address that the browser ended at, or the code alone.
function comeBack(step, text, outcome) {
  const names = takesOf(step).map(({name}) => name);
  const query = new URLSearchParams(text.includes('?') ? text.slice(text.indexOf('?')) :
                                                         {[names[0]]: text.trim()});
  for (const name of names) {
    if (query.get(name)) know(name, query.get(name));
  }
  if (text.trim() === '') {
    outcome.textContent = '';
  } else if (query.get(names[0])) {
    outcome.textContent = `The code is ${query.get(names[0])}`;
  } else {
    outcome.textContent = query.get('error_description') ?? `There is no ${names[0]} in it`;
  }
}

function open(paste) {
  const step = paste.closest('.step');
  const field = paste.querySelector('input');
  field.addEventListener(
      'input', () => comeBack(step, field.value, paste.querySelector('.outcome')));
  paste.hidden = false;
}

document.querySelectorAll('.step').forEach(equip);
document.querySelectorAll('.paste').forEach(open);
