/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Small comforts. Every page works without this file: nothing here decides anything, the server does.
 */
(function () {
	"use strict";
	var root = document.documentElement;

	root.classList.add("js");

	/* A refused form: its summary is read first, and its links lead to the fields. */
	function showErrors() {
		var box = document.querySelector(".errors[tabindex]");

		if (box)
			box.focus();
	}

	/* On a narrow screen a drawer above the page stays closed until somebody opens it. */
	function closeDrawers() {
		if (!window.matchMedia("(min-width: 54em)").matches)
			document.querySelectorAll(".rail-group[open]").forEach(function (drawer) { drawer.open = false; });
	}

	/* A second click on a button that sends must not send twice. */
	function sendOnce(event) {
		var form = event.target, buttons = document.querySelectorAll("button[type=submit]");

		if (form.method !== "post" || event.defaultPrevented)
			return;
		if (form.dataset.sent) {
			event.preventDefault();
			return;
		}
		form.dataset.sent = "1";
		setTimeout(function () {
			buttons.forEach(function (button) {
				if (button.form === form)
					button.disabled = true;
			});
		}, 0);
	}

	/* Coming back by the browser's arrow shows the page as it was left. */
	function unlock() {
		document.querySelectorAll("form[data-sent]").forEach(function (form) {
			delete form.dataset.sent;
		});
		document.querySelectorAll("button[type=submit]:disabled").forEach(function (button) {
			button.disabled = false;
		});
	}

	/* A box that takes a name shows those that begin to match; "name · key" says which one is meant. */
	function offerNames(box) {
		var list = document.createElement("datalist"), timer = 0, last = "";

		list.id = box.id + "-names";
		box.after(list);
		box.setAttribute("list", list.id);

		function show(rows) {
			list.textContent = "";
			rows.forEach(function (row) {
				var option = document.createElement("option");

				option.value = row[box.dataset.label] + " · " + row.id;
				list.append(option);
			});
		}

		function ask() {
			var words = box.value.trim();

			if (words.length < 2 || words === last || words.indexOf(" · ") > 0)
				return;
			last = words;
			fetch(box.dataset.search + "?limit=20&q=" + encodeURIComponent(words), { credentials: "same-origin" })
				.then(function (answer) { return answer.ok ? answer.json() : { rows: [] }; })
				.then(function (found) { show(found.rows); })
				.catch(function () { show([]); });
		}

		box.addEventListener("input", function () {
			clearTimeout(timer);
			timer = setTimeout(ask, 200);
		});
	}

	document.addEventListener("submit", sendOnce);
	window.addEventListener("pageshow", unlock);
	document.addEventListener("DOMContentLoaded", showErrors);
	document.addEventListener("DOMContentLoaded", closeDrawers);
	document.addEventListener("DOMContentLoaded", function () {
		document.querySelectorAll("input[data-search]").forEach(offerNames);
	});
})();
