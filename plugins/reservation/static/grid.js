/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Hours within a free stretch of the grid: those under the pointer, those that a mouse or a pen is dragged over, those
 * that Shift and the arrow keys mark. Each only changes where the stretch's link leads: to the booking form with these
 * hours; without scripts it has all of them. Touching stays what it is: a tap follows the link, a stroke scrolls.
 */
(function () {
	"use strict";

	var LEAST = 30;		/* minutes; less is hard to point at */
	var STRETCH = ".grid .slot[data-start]";
	var KEYS = { ArrowDown: [0, 1], ArrowUp: [0, -1], ArrowRight: [1, 1], ArrowLeft: [-1, -1] };
	var drag = null;	/* { slot, at, moved }: pressed at this time */
	var keyed = null;	/* { slot, from, to }: by the keyboard */
	var spent = false;	/* the click that ends a drag is none */

	/* Times are wall times, as minutes. */
	function minutes(local) { return Date.parse(local + "Z") / 60000; }
	function local(at) { return new Date(at * 60000).toISOString().slice(0, 16); }
	function pad(n) { return (n < 10 ? "0" : "") + n; }

	function hour(at, ends) {
		var h = Math.floor(at / 60) % 24 || (ends ? 24 : 0), m = at % 60;

		if (document.documentElement.lang.slice(0, 2) === "en")
			return pad(h) + ":" + pad(m);
		return h + "\u00a0h" + (m ? "\u00a0" + pad(m) : "");
	}

	function stretch(event) { return event.target.closest ? event.target.closest(STRETCH) : null; }

	/* start and end as drawn, what can be booked of it, at most how much (0: all), and in which steps */
	function hours(slot) {
		var d = slot.dataset;

		return { start: minutes(d.start), end: minutes(d.end), from: minutes(d.from), to: minutes(d.to),
			most: +d.most, step: d.step * Math.ceil(LEAST / d.step) };
	}

	/* The step that this height on the screen lies in; beyond the stretch, its first or last one. */
	function timeAt(slot, y) {
		var h = hours(slot), box = slot.getBoundingClientRect();
		var at = h.start + (y - box.top) / box.height * (h.end - h.start);

		return Math.max(h.from, Math.min(Math.floor(at / h.step) * h.step, h.to - 1));
	}

	function say(text) {
		var status = document.getElementById("grid-says");

		if (status && status.textContent !== text)
			status.textContent = text;
	}

	function draw(slot, from, to, text) {
		var h = hours(slot), pick = slot.querySelector(".slot-pick"), unit = slot.offsetHeight / (h.end - h.start);

		if (!pick) {
			pick = document.createElement("span");
			pick.className = "slot-pick";
			pick.setAttribute("aria-hidden", "true");
			slot.appendChild(pick);
		}
		pick.textContent = text;
		pick.style.setProperty("top", (from - h.start) * unit + "px");
		pick.style.setProperty("height", (to - from) * unit + "px");
	}

	/* Without an end the form proposes one. */
	function aim(slot, from, to) {
		var address;

		slot.dataset.href = slot.dataset.href || slot.getAttribute("href");
		address = new URL(slot.dataset.href, location.href);
		address.searchParams.set("start", local(from));
		if (to)
			address.searchParams.set("end", local(to));
		else
			address.searchParams.delete("end");
		slot.setAttribute("href", address.pathname + address.search);
	}

	function clear(slot) {
		var pick = slot.querySelector(".slot-pick");

		if (slot.dataset.href)
			slot.setAttribute("href", slot.dataset.href);
		if (pick)
			pick.remove();
		say("");
		drag = keyed = null;
	}

	function mark(slot, from, to) {
		var status = document.getElementById("grid-says");

		aim(slot, from, to);
		draw(slot, from, to, hour(from) + "\u00a0– " + hour(to, true));
		if (status)
			say(status.dataset.words.replace("…", hour(from)).replace("…", hour(to, true)));
	}

	/* ---- mouse and pen */

	function point(slot, y) {
		var h = hours(slot), at = timeAt(slot, y);

		if (at > h.from)
			aim(slot, at);
		else if (slot.dataset.href)
			slot.setAttribute("href", slot.dataset.href);
		draw(slot, at, Math.min(Math.floor(at / h.step + 1) * h.step, h.to), hour(at));
	}

	/* What is taken ends the stretch, so the hours from where it was pressed to here are all free. */
	function follow(y) {
		var h = hours(drag.slot), at = timeAt(drag.slot, y), from = Math.min(at, drag.at), to;

		if (at === drag.at && !drag.moved)
			return;
		to = Math.min(Math.floor(Math.max(at, drag.at) / h.step + 1) * h.step, h.to);
		if (h.most && to - from > h.most && at > drag.at)
			to = from + h.most;
		else if (h.most && to - from > h.most)
			from = to - h.most;
		drag.moved = true;
		mark(drag.slot, from, to);
	}

	function down(event) {
		var slot = stretch(event);

		spent = false;
		if (slot && event.pointerType !== "touch" && event.button === 0 &&
		    !(event.shiftKey || event.ctrlKey || event.metaKey || event.altKey))
			drag = { slot: slot, at: timeAt(slot, event.clientY), moved: false };
	}

	function move(event) {
		var slot = stretch(event);

		if (event.pointerType === "touch")
			return;
		if (drag && !(event.buttons & 1))
			giveUp();
		if (drag)
			follow(event.clientY);
		else if (slot && !event.buttons)
			point(slot, event.clientY);
	}

	function up() {
		var slot = drag && drag.slot;

		if (slot && drag.moved) {
			drag = null;
			slot.click();
			clear(slot);
			spent = true;
		}
		drag = null;
	}

	function giveUp() {
		spent = true;
		clear(drag.slot);
	}

	function click(event) {
		if (spent && event.isTrusted)
			event.preventDefault();
		spent = false;
	}

	function out(event) {
		var slot = stretch(event);

		if (slot && !drag && !slot.contains(event.relatedTarget))
			clear(slot);
	}

	/* ---- keyboard: down and up move the end, right and left all of it */

	function key(event) {
		var slot = stretch(event), by = event.shiftKey && KEYS[event.key], h, from, to;

		spent = false;		/* it was let go outside of the window */
		if (event.key === "Escape" && (drag || keyed))
			return drag ? giveUp() : clear(keyed.slot);
		if (!slot || !by || drag)
			return;
		event.preventDefault();
		h = hours(slot);
		from = keyed ? keyed.from + by[0] * h.step : h.from;
		to = keyed ? keyed.to + by[1] * h.step : Math.min(h.from + h.step, h.to);
		if (from < h.from || to > h.to || to <= from || (h.most && to - from > h.most))
			return;
		mark(slot, from, to);
		keyed = { slot: slot, from: from, to: to };
	}

	document.addEventListener("DOMContentLoaded", function () {
		if (!document.querySelector(STRETCH))
			return;
		document.addEventListener("pointerdown", down);
		document.addEventListener("pointermove", move);
		document.addEventListener("pointerup", up);
		document.addEventListener("pointercancel", function () { if (drag) giveUp(); });
		document.addEventListener("click", click, true);
		document.addEventListener("mouseout", out);
		document.addEventListener("focusout", function () { if (keyed) clear(keyed.slot); });
		document.addEventListener("keydown", key);
		document.addEventListener("dragstart", function (event) { if (stretch(event)) event.preventDefault(); });
	});
})();
