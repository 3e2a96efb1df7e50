// The page: its parts made, and the playground's frames led to them.

import { Composer } from "./composer.js";
import { byId, icon } from "./dom.js";
import { Interactions } from "./interactions.js";
import { MessageList } from "./messages.js";
import { openModal } from "./modal.js";
import { Sending } from "./sending.js";
import { Sidebar } from "./sidebar.js";
import { Connection } from "./socket.js";
import { localise } from "./time.js";
import { showWelcome } from "./welcome.js";
import { World } from "./world.js";

const TICK = 1000; // milliseconds between two looks at "in 20 seconds"
const BACK_FOR = 2500; // milliseconds for which the page says that it is connected again

const page = { world: new World(), announce };
page.list = new MessageList(page.world);
page.sending = new Sending(page);
page.composer = new Composer(page);
page.sidebar = new Sidebar(page);
page.interactions = new Interactions(page);
page.connection = new Connection(new URL(location.href).searchParams.get("member"), {
  onFrame: (frame) => HANDLERS[frame.type]?.(frame),
  onState: showConnection,
});

const HANDLERS = {
  hello(frame) {
    page.world.hello(frame);
    rememberMember(page.world.me.id);
    enterChannel();
  },
  commands(frame) {
    page.world.setCommands(frame);
    showWelcome(page.world, put);
  },
  channels(frame) {
    const before = page.world.channel;
    page.world.setPlaces(frame);
    if (page.world.channel?.id !== before?.id) enterChannel();
    page.sidebar.show();
    page.composer.address(page.world.channel);
  },
  bot({ online, here }) {
    page.world.bot = { ...page.world.bot, online, here };
    page.sidebar.show();
  },
  member({ member }) {
    if (page.world.setMember(member)) page.list.repaint();
    page.sidebar.showPeople();
  },
  member_gone({ id }) {
    page.world.dropMember(id);
    page.sidebar.showPeople();
  },
  roles({ roles }) {
    page.world.roles = roles;
  },
  inbox({ open }) {
    page.world.inboxOpen = open;
    page.sidebar.showPeople();
  },
  message({ message }) {
    page.world.keep(message);
    if (message.channel_id !== page.world.channelId) {
      page.world.miss(message);
      page.sidebar.showChannels();
      if (page.world.channels.find(({ id }) => id === message.channel_id)?.direct) sayDirect(message);
      return;
    }
    page.list.show(message);
    if (message.author.id !== page.world.me.id) say(message);
  },
  message_update({ message }) {
    const mine = page.world.dealings(message.id).pressed.size > 0;
    page.world.keep(message);
    if (message.channel_id !== page.world.channelId) return;
    page.list.show(message);
    if (mine) say(message);
  },
  message_delete({ id, channel_id: channelId }) {
    page.world.forget({ id, channel_id: channelId });
    if (channelId === page.world.channelId) page.list.remove(id);
  },
  modal({ interaction_id: interactionId, modal }) {
    const submission = { type: "modal_submit", interaction_id: interactionId, custom_id: modal.custom_id };
    openModal(modal, {
      world: page.world,
      submit: (components) => page.connection.ask({ ...submission, components }),
    });
  },
};

function put(text) {
  page.composer.put(text);
}

function say(message) {
  const { name } = page.world.person(message.author);
  announce(`${name}: ${page.list.spoken(message.id)}`);
}

function sayDirect(message) {
  announce(`New direct message from ${page.world.person(message.author).name}`);
}

function announce(text) {
  byId("announcer").textContent = text;
}

// The address keeps who this tab is, and where: a reload or a copied address comes back to it.
function rememberMember(id) {
  const address = new URL(location.href);
  address.searchParams.set("member", id);
  history.replaceState(null, "", address);
  page.connection.member = id;
}

function enterChannel() {
  const { world } = page;
  const wanted = location.hash.slice(1);
  if (world.channels.some(({ id }) => id === wanted)) world.channelId = wanted;
  world.unread.delete(world.channelId);
  page.sidebar.show();
  page.composer.address(world.channel);
  showWelcome(world, put);
  page.list.showAll();
  page.sending.show();
}

let wasLost = false;

function showConnection(connected) {
  const banner = byId("banner");
  if (!connected) banner.textContent = "The connection to the playground is lost. Trying again…";
  else if (wasLost) banner.textContent = "Connected again. If the playground was restarted, its messages are gone; what was stored is not.";
  banner.hidden = connected && !wasLost;
  banner.classList.toggle("good", connected);
  if (connected && wasLost) setTimeout(() => (banner.hidden = banner.classList.contains("good")), BACK_FOR);
  wasLost = !connected;
}

// Words typed while nothing has the focus are for the message box.
function typeAnywhere(event) {
  const { key, ctrlKey, metaKey, altKey, target } = event;
  if (key.length === 1 && !ctrlKey && !metaKey && !altKey && target.matches("body, li")) page.composer.focus();
}

byId("slash").append(icon("slash"));
byId("send").append(icon("send"));
byId("skip").addEventListener("click", () => page.composer.focus());
document.addEventListener("keydown", typeAnywhere);
addEventListener("hashchange", () => page.world.me && enterChannel());
setInterval(() => localise(document), TICK);
