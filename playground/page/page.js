// The chat page of the local Telegram: shows what the server tells and says what people do.
// Texts of people and bot only ever become text nodes; nothing is parsed as HTML.

const WORDS = {
  id: {
    title: "Telegram lokal", people: "Orang", chats: "Obrolan", add_person: "Tambah orang sendiri", name: "Nama",
    language: "Bahasa", add: "Tambah", tools: "Tautan dan inline", deep_link: "Tautan dalam", open: "Buka",
    inline: "Kueri inline", find: "Cari", block: "Blokir bot", unblock: "Buka blokir bot", remove_bot: "Keluarkan bot dari grup",
    add_bot: "Masukkan bot ke grup", switches: "Gangguan dan batas", flood: "Batas laju Telegram (429)", faults: "Gangguan",
    fault_none: "tidak ada", fault_before: "gagal sebelum berlaku (500, 429, ditolak)",
    fault_after: "diterima, lalu putus atau terlambat", fault_slow: "lambat 3 detik", share: "Bagian panggilan",
    struck: "Panggilan terganggu: ", notice: "Tiruan lokal untuk mencoba dan menguji, hanya di komputer ini (loopback). Semua orang dan fakultas adalah fiktif.",
    close: "Tutup", commands: "Perintah", attach: "Lampirkan berkas", send: "Kirim", write: "Tulis pesan …",
    typing: "sedang mengetik …", bot: "bot", members: "anggota", you: "sebagai ", edited: "diedit", via: "lewat @",
    start: "Mulai", nothing: "Tidak ada hasil.", searching: "Mencari …", reply: "Balas", edit: "Ubah", replying: "Membalas: ", editing: "Mengubah: ",
    joined: "{} bergabung", left: "{} keluar", copied: "Disalin", lost: "Sambungan terputus, mencoba lagi …", shared: "[{}]", empty: "Belum ada pesan.", silent: "Bot tidak menjawab.",
  },
  en: {
    title: "Local Telegram", people: "People", chats: "Chats", add_person: "Add a person of your own", name: "Name",
    language: "Language", add: "Add", tools: "Links and inline", deep_link: "Deep link", open: "Open",
    inline: "Inline query", find: "Find", block: "Block the bot", unblock: "Unblock the bot", remove_bot: "Remove the bot from the group",
    add_bot: "Add the bot to the group", switches: "Faults and limits", flood: "Telegram's flood limits (429)", faults: "Faults",
    fault_none: "none", fault_before: "fail before their effect (500, 429, refused)",
    fault_after: "accepted, then dropped or late", fault_slow: "3 seconds late", share: "Share of calls",
    struck: "Calls struck: ", notice: "A local stand-in for trying and testing, on this computer only (loopback). All people and the faculty are fictional.",
    close: "Close", commands: "Commands", attach: "Attach a file", send: "Send", write: "Write a message …",
    typing: "typing …", bot: "bot", members: "members", you: "as ", edited: "edited", via: "via @",
    start: "Start", nothing: "No results.", searching: "Searching …", reply: "Reply", edit: "Edit", replying: "Replying: ", editing: "Editing: ",
    joined: "{} joined", left: "{} left", copied: "Copied", lost: "Connection lost, trying again …", shared: "[{}]", empty: "No messages yet.", silent: "The bot does not answer.",
  },
};
const TYPING_MS = 5000, TOAST_MS = 3500, INLINE_PAUSE_MS = 400;
const BLOCKS = new Set(["blockquote", "expandable_blockquote", "pre"]);

const at = (id) => document.getElementById(id);
const state = { scene: null, person: null, chat: null, view: null, unread: new Map(), reply: null, edit: null, presses: new Map(), search: 0, atEnd: true, bubbles: new Map(), switching: 0 };
let typingTimer, toastTimer, inlineTimer, switching = Promise.resolve();

const person = () => state.scene.people.find((one) => one.id === state.person);
const group = () => state.scene.groups.find((one) => one.id === state.chat);
const say = (key) => (WORDS[person()?.language?.startsWith("en") ? "en" : "id"])[key];
const where = () => ({ person: state.person, chat: state.chat });

function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name === "onclick") element.addEventListener("click", value);
    else if (value !== undefined && value !== false) element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.filter((child) => child !== null && child !== ""));
  return element;
}

// talking to the server

async function ask(path, options) {
  const response = await fetch(`/page/${path}`, options);
  const answer = await response.json();
  if (!response.ok) throw new Error(response.status === 504 ? say("silent") : answer.error);
  return answer;
}

async function act(action, content = {}) {
  try {
    return await ask(action, {
      method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ ...where(), ...content }),
    });
  } catch (problem) {
    toast(problem.message);
    return null;
  }
}

async function refresh() {
  state.scene = await ask("scene");
  if (!person()) state.person = state.scene.people[0]?.id ?? null;
  if (state.person === null) {
    at("composer").hidden = at("own").open = true;
    return showScene();
  }
  if (!group()) state.chat = state.person;
  const wanted = `${state.person}:${state.chat}`;
  const view = await ask(`chat?person=${state.person}&chat=${state.chat}`);
  if (wanted !== `${state.person}:${state.chat}`) return;
  state.view = view;
  state.unread.delete(state.chat);
  showScene();
  showChat();
}

let refreshing = null, again = false;
function refreshSoon() {  // several changes at once need one look
  if (refreshing) { again = true; return refreshing; }
  refreshing = refresh().catch((problem) => toast(problem.message)).finally(() => {
    refreshing = null;
    if (again) { again = false; refreshSoon(); }
  });
  return refreshing;
}

function listen() {
  const stream = new EventSource("/page/events");
  stream.onopen = refreshSoon;
  stream.onerror = () => toast(state.scene ? say("lost") : "…");
  stream.onmessage = ({ data }) => happened(JSON.parse(data));
}

function happened(event) {
  if (event.kind === "answer") return answered(event);
  if (event.kind === "changed") return refreshSoon();
  if (event.chat !== state.chat) return elsewhere(event);
  if (event.kind === "typing") return showTyping();
  // A new message may change the keyboard or the start button, and a look that is under way may be too old.
  if (event.kind === "message" || refreshing) refreshSoon();
  if (!state.view) return;
  if (event.kind === "delete") { at(`m${event.message.id}`)?.remove(); return; }
  if (event.message.from.bot) hideTyping();
  showMessage(event.message);
}

function elsewhere(event) {
  if (event.kind !== "message" || !event.message.from.bot) return;
  state.unread.set(event.chat, (state.unread.get(event.chat) ?? 0) + 1);
  if (state.scene) showScene();
}

// people and chats

function showScene() {
  document.documentElement.lang = person()?.language || "id";
  for (const element of document.querySelectorAll("[data-t]")) element.textContent = say(element.dataset.t);
  for (const element of document.querySelectorAll("[data-t-label]")) element.setAttribute("aria-label", say(element.dataset.tLabel));
  for (const element of document.querySelectorAll("[data-t-hint]")) element.placeholder = say(element.dataset.tHint);
  at("link").placeholder = `https://t.me/${state.scene.bot.username}?start=…`;
  at("inline").placeholder = `@${state.scene.bot.username} …`;
  document.title = `${say("title")}: @${state.scene.bot.username}`;
  at("people").replaceChildren(...state.scene.people.map((one) => make("li", {}, row(
    one.id, one.name, [one.about, one.language].filter(Boolean).join(" · "), one.id === state.person, () => choose(one.id, one.id),
  ))));
  const groups = state.scene.groups.map((one) => make("li", {}, row(
    one.id, one.title, `${one.members.length + Number(one.bot_is_here)} ${say("members")}`, one.id === state.chat, () => choose(state.person, one.id),
  )));
  const own = row(state.person, state.scene.bot.name, `@${state.scene.bot.username}`, state.chat === state.person, () => choose(state.person, state.person), state.scene.bot.id);
  at("chats").replaceChildren(make("li", {}, own), ...groups);
  if (!state.switching) {
    const form = at("switch-form");
    form.flood.checked = state.scene.flood;
    form.fault.value = state.scene.fault;
    form.rate.value = state.scene.rate;
  }
  at("struck").textContent = say("struck") + state.scene.struck;
}

function row(id, title, below, chosen, onclick, toneOf = id) {
  const unread = state.unread.get(id);
  return make("button", { type: "button", "aria-current": String(chosen), onclick },
    avatar(toneOf, title), make("span", { class: "names" }, title, make("span", {}, below)),
    unread ? make("span", { class: "badge" }, String(unread)) : null);
}

const tone = (id) => Math.abs(id) % 7;
const avatar = (id, name) => make("span", { class: `avatar tone${tone(id)}` }, [...name][0] ?? "?");

function choose(personId, chatId) {
  Object.assign(state, { person: personId, chat: chatId, view: null, atEnd: true });
  state.bubbles.clear();
  document.body.classList.remove("choosing");
  hideTyping();
  closePanels();
  at("messages").replaceChildren();
  return refreshSoon();
}

// the chat

function showChat() {
  const { view } = state, title = group()?.title ?? state.scene.bot.name;
  at("head-title").textContent = title;
  at("head-avatar").className = `avatar tone${tone(state.chat === state.person ? state.scene.bot.id : state.chat)}`;
  at("head-avatar").textContent = [...title][0];
  at("head-person").textContent = say("you") + person().name;
  if (!at("head-state").classList.contains("typing")) showState();
  const first = view.messages.length ? [] : [make("p", { class: "about" }, view.description || say("empty"))];
  keepingPlace(() => at("messages").replaceChildren(...first, ...view.messages.map(keptBubble)));
  showInput();
}

function showState() {
  const names = group()?.members.map((id) => state.scene.people.find((one) => one.id === id)?.name).filter(Boolean);
  if (names && group().bot_is_here) names.push(state.scene.bot.name);
  at("head-state").textContent = names ? names.join(", ") : say("bot");
}

function showInput() {
  const { view } = state, inGroup = Boolean(group());
  const mustStart = !inGroup && (!view.started || !view.bot_is_here);
  at("start").hidden = !mustStart;
  at("start").textContent = say(view.started ? "unblock" : "start");
  at("composer").hidden = mustStart;
  at("text").placeholder = view.placeholder || say("write");
  at("open-menu").hidden = !view.menu.length;
  at("block").textContent = say(inGroup ? (view.bot_is_here ? "remove_bot" : "add_bot") : (view.bot_is_here ? "block" : "unblock"));
  at("keyboard").hidden = mustStart || !view.keyboard.length;
  at("keyboard").replaceChildren(...view.keyboard.map((keys) => make("div", { class: "line" },
    ...keys.map((text) => make("button", { type: "button", onclick: () => act("send", { text, key: true }) }, text)))));
}

function keepingPlace(change) {  // stay at the end if one was there
  const list = at("messages"), from = list.scrollTop;
  change();
  list.scrollTop = state.atEnd ? list.scrollHeight : from;
}

function watchPlace() {
  const list = at("messages");
  list.addEventListener("scroll", () => { state.atEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 80; });
  new ResizeObserver(() => keepingPlace(() => {})).observe(list);
}

function showMessage(message) {
  const old = at(`m${message.id}`), fresh = keptBubble(message);
  keepingPlace(() => old ? old.replaceWith(fresh) : at("messages").append(fresh));
  at("messages").querySelector(".about")?.remove();
}

function keptBubble(message) {  // what has not changed keeps its element: an unfolded quote stays unfolded
  const told = JSON.stringify(message), kept = state.bubbles.get(message.id);
  if (kept?.told === told) return kept.element;
  const element = bubble(message);
  state.bubbles.set(message.id, { told, element });
  return element;
}

function bubble(message) {
  if (message.note && ["joined", "left"].includes(message.note.kind)) {
    return make("div", { class: "note", id: `m${message.id}` }, say(message.note.kind).replace("{}", message.note.name));
  }
  const own = message.from.id === state.person;
  const note = message.note ? make("em", {}, say("shared").replace("{}", message.note.kind)) : null;
  const body = make("div", { class: "bubble" },
    group() && !own ? make("div", { class: `sender name${tone(message.from.id)}` }, message.from.name) : null,
    message.via ? make("div", { class: "via" }, say("via") + message.via) : null,
    message.reply ? make("div", { class: "reply" }, make("b", {}, message.reply.name), message.reply.text) : null,
    note, file(message.file), make("div", { class: "text" }, rich(message.text, message.entities)), foot(message, own));
  return make("div", { class: own ? "message own" : "message", id: `m${message.id}`, "data-bot": message.from.bot },
    body, message.rows.length ? buttons(message) : null);
}

function foot(message, own) {
  const time = new Date(message.date * 1000).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
  const label = (key, sign, onclick) => make("button", { type: "button", "aria-label": say(key), title: say(key), onclick }, sign);
  return make("div", { class: "foot" },
    own && message.text && !message.via ? label("edit", "✎", () => beginEdit(message)) : null,
    label("reply", "↩", () => beginReply(message)),
    message.edited ? make("span", { class: "edited" }, say("edited")) : null, make("time", {}, time));
}

function file(content) {
  if (!content) return null;
  if (content.width) return make("img", { class: "photo", src: content.url, width: content.width, height: content.height, alt: "" });
  return make("a", { class: "file", href: content.url, download: content.name },
    make("span", { class: "icon" }, "⤓"), make("span", {}, content.name, make("small", {}, size(content.size))));
}

const size = (bytes) => bytes < 1024 ? `${bytes} B` : bytes < 1048576 ? `${(bytes / 1024).toFixed(1)} KB` : `${(bytes / 1048576).toFixed(1)} MB`;

function buttons(message) {
  return make("div", { class: "buttons" }, ...message.rows.map((line, rowAt) => make("div", { class: "line" },
    ...line.map((button, column) => {
      const element = make("button", { type: "button" }, button.kind === "link" ? `${button.text} ↗` : button.text);
      element.addEventListener("click", () => pressed(message, button, rowAt, column, element));
      return element;
    }))));
}

async function pressed(message, button, rowAt, column, element) {
  if (button.kind === "link") return follow(button.value);
  if (button.kind === "inline") { at("text").value = `@${state.scene.bot.username} ${button.value}`; at("text").focus(); return typed(); }
  if (button.kind === "copy") { await navigator.clipboard?.writeText(button.value).catch(() => {}); return toast(say("copied")); }
  element.classList.add("waiting");
  const answer = await act("press", { message: message.id, row: rowAt, column, text: button.text });
  if (!answer) return element.classList.remove("waiting");
  const early = state.presses.get(answer.query);
  if (early === "answered") element.classList.remove("waiting");
  else state.presses.set(answer.query, element);
}

function answered(event) {
  const element = state.presses.get(event.query);
  element?.classList?.remove("waiting");
  state.presses.set(event.query, "answered");
  if (event.person !== state.person) return;
  if (event.url) follow(event.url);
  else if (event.show_alert) { at("alert").querySelector("p").textContent = event.text; at("alert").showModal(); }
  else if (event.text) toast(event.text);
}

// text with entities; offsets count UTF-16 code units, as JavaScript does

function rich(text, entities) {
  const fragment = document.createDocumentFragment();
  fill(fragment, text, 0, text.length, entities);
  return fragment;
}

function fill(parent, text, start, end, entities) {
  let place = start;
  for (let index = 0; index < entities.length; index++) {
    const entity = entities[index], first = entity.offset, last = Math.min(first + entity.length, end);
    if (first < place || first >= end) continue;
    parent.append(text.slice(place, first));
    const inner = entities.slice(index + 1).filter((one) => one.offset < last);
    const { outside, inside } = element(entity, text.slice(first, last));
    fill(inside, text, first, last, inner);
    parent.append(outside);
    place = last;
    if (BLOCKS.has(entity.type) && text[place] === "\n") place++;  // a block ends its line itself
  }
  parent.append(text.slice(place, end));
}

const TAGS = { bold: "b", italic: "i", underline: "u", strikethrough: "s", code: "code", pre: "pre", blockquote: "blockquote" };

function element(entity, words) {
  if (entity.type === "expandable_blockquote") {
    const inside = make("div", { class: "fold" });
    const outside = make("blockquote", { class: "folds", tabindex: "0", onclick: () => outside.classList.toggle("open") }, inside);
    outside.addEventListener("keydown", (event) => { if (event.key === "Enter") outside.classList.toggle("open"); });
    return { outside, inside };
  }
  let outside;
  if (entity.type === "text_link" || entity.type === "url") outside = link(entity.url ?? words);
  else if (entity.type === "bot_command") outside = make("button", { class: "tap", type: "button", onclick: () => send(words) });
  else if (entity.type === "spoiler") outside = make("span", { class: "spoiler", onclick: (event) => event.currentTarget.classList.add("open") });
  else if (entity.type === "mention") outside = make("span", { class: "mention" });
  else outside = make(TAGS[entity.type] ?? "span");
  return { outside, inside: outside };
}

function link(address) {
  const url = URL.canParse(address) ? new URL(address) : URL.canParse(`https://${address}`) ? new URL(`https://${address}`) : null;
  if (!url || !["http:", "https:", "tg:"].includes(url.protocol)) return make("span");
  const anchor = make("a", { href: url.href, target: "_blank", rel: "noopener noreferrer" });
  if (isToBot(url)) anchor.addEventListener("click", (event) => { event.preventDefault(); follow(url.href); });
  return anchor;
}

const isToBot = (url) => url.hostname === "t.me" && url.pathname.slice(1).toLowerCase() === state.scene.bot.username.toLowerCase();

async function follow(address) {
  const url = URL.canParse(address) ? new URL(address) : URL.canParse(`https://${address}`) ? new URL(`https://${address}`) : null;
  if (url && !isToBot(url)) return void window.open(url.href, "_blank", "noopener,noreferrer");
  if (await act("follow", { link: address })) return choose(state.person, state.person);
}

// what a person writes

async function send(text) {
  return act("send", { text, reply_to: state.reply?.id });
}

async function submitted(event) {
  event.preventDefault();
  const text = at("text").value;
  if (!text.trim()) return;
  const done = state.edit ? await act("edit", { message: state.edit.id, text }) : await send(text);
  if (!done) return;
  at("text").value = "";
  grow();
  closePanels();
}

function beginReply(message) { Object.assign(state, { reply: message, edit: null }); showAbove(say("replying") + message.text); }
function beginEdit(message) { Object.assign(state, { reply: null, edit: message }); at("text").value = message.text; grow(); showAbove(say("editing") + message.text); }
function showAbove(text) { at("above").hidden = false; at("above-text").textContent = text; at("text").focus(); }

function closePanels() {
  Object.assign(state, { reply: null, edit: null });
  state.search++;
  clearTimeout(inlineTimer);
  for (const id of ["above", "results", "menu"]) at(id).hidden = true;
}

function grow() { const box = at("text"); box.style.height = "auto"; box.style.height = `${box.scrollHeight + 2}px`; }

function typed() {
  grow();
  const prefix = `@${state.scene.bot.username} `, { value } = at("text");
  clearTimeout(inlineTimer);
  if (value.startsWith(prefix)) inlineTimer = setTimeout(() => findInline(value.slice(prefix.length)), INLINE_PAUSE_MS);
  else if (value === "/") showMenu();
  else { at("results").hidden = true; at("menu").hidden = true; }
}

function showMenu() {
  at("menu").replaceChildren(...state.view.menu.map(({ command, description }) => make("button",
    { type: "button", onclick: () => { at("text").value = ""; closePanels(); send(`/${command}`); } },
    make("b", {}, `/${command}`), description)));
  at("menu").hidden = !state.view.menu.length;
}

async function findInline(text, offset = "") {
  const search = ++state.search, list = at("results");
  if (!offset) list.replaceChildren(make("p", {}, say("searching")));
  list.hidden = false;
  const answer = await act("inline", { text, offset });
  if (search !== state.search) return;
  if (!answer) { list.hidden = true; return; }
  const items = answer.results.map((one) => make("button", { type: "button", onclick: () => chosen(answer.query, one.id) },
    one.title, make("small", {}, one.description)));
  if (answer.button.text) items.unshift(make("button", { type: "button", onclick: () => follow(`https://t.me/${state.scene.bot.username}?start=${answer.button.payload}`) }, answer.button.text));
  if (answer.next) items.push(make("button", { type: "button", onclick: (event) => { event.currentTarget.remove(); findInline(text, answer.next); } }, "…"));
  if (offset) list.append(...items);
  else list.replaceChildren(...(items.length ? items : [make("p", {}, say("nothing"))]));
}

async function chosen(query, result) {
  await act("choose", { query, result });
  at("text").value = "";
  at("inline").value = "";
  closePanels();
}

async function upload() {
  const form = new FormData(), [content] = at("file").files;
  if (!content) return;
  for (const [name, value] of Object.entries({ ...where(), caption: at("text").value.trim() })) form.append(name, value);
  form.append("file", content, content.name);
  at("file").value = "";
  try {
    await ask("upload", { method: "POST", body: form });
    at("text").value = "";
  } catch (problem) { toast(problem.message); }
}

async function sendSwitches() {  // one after another, so that the last one holds
  const form = at("switch-form"), changes = state.switching;
  await act("switches", { flood: form.flood.checked, fault: form.fault.value, rate: Number(form.rate.value) });
  if (changes === state.switching) state.switching = 0;
  refreshSoon();
}

// small things

function showTyping() {
  at("head-state").textContent = say("typing");
  at("head-state").classList.add("typing");
  clearTimeout(typingTimer);
  typingTimer = setTimeout(hideTyping, TYPING_MS);
}

function hideTyping() {
  clearTimeout(typingTimer);
  at("head-state").classList.remove("typing");
  if (state.view) showState();
}

function toast(text) {
  at("toast").textContent = text;
  at("toast").hidden = false;
  clearTimeout(toastTimer);
  toastTimer = setTimeout(() => { at("toast").hidden = true; }, TOAST_MS);
}

function onSubmit(id, work) { at(id).addEventListener("submit", (event) => { event.preventDefault(); work(event.currentTarget); }); }
function onClick(id, work) { at(id).addEventListener("click", work); }

function wire() {
  at("composer").addEventListener("submit", submitted);
  at("text").addEventListener("input", typed);
  at("text").addEventListener("keydown", (event) => { if (event.key === "Enter" && !event.shiftKey && !event.isComposing) submitted(event); });
  at("file").addEventListener("change", upload);
  onClick("open-menu", () => { if (at("menu").hidden) showMenu(); else at("menu").hidden = true; });
  onClick("above-cancel", () => { if (state.edit) at("text").value = ""; closePanels(); });
  onClick("open-side", () => document.body.classList.add("choosing"));
  onClick("close-side", () => document.body.classList.remove("choosing"));
  onClick("start", () => state.view.started ? act("block", { blocked: false }) : act("send", { text: "/start" }));
  onClick("block", () => group() ? act("bot", { present: !state.view.bot_is_here }) : act("block", { blocked: state.view.bot_is_here }));
  onSubmit("link-form", async () => { await follow(at("link").value.trim()); at("link").value = ""; });
  onSubmit("inline-form", () => { document.body.classList.remove("choosing"); findInline(at("inline").value); });
  onSubmit("person-form", async (form) => {
    const answer = await act("person", { name: form.name.value, language: form.language.value });
    if (answer) { form.reset(); at("own").open = false; await choose(answer.id, answer.id); }
  });
  at("switch-form").addEventListener("input", () => { state.switching++; });  // not to be overwritten meanwhile
  at("switch-form").addEventListener("change", () => { switching = switching.then(sendSwitches); });
  onSubmit("switch-form", () => {});
}

wire();
watchPlace();
listen();
