/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Comforts of the booking form and of booking for who calls; both work without. Those of the grid are in grid.js.
 */
(function () {
	"use strict";

	function minutes(local) { return Date.parse(local + "Z") / 60000; }

	/* From and to: only ends that fit the chosen start, the same length where it still fits. */
	function fitEnds(start, end, length) {
		var from = start.value, until = start.selectedOptions[0].dataset.until, best = null;

		Array.prototype.forEach.call(end.options, function (option) {
			var fits = option.value > from && option.value <= until;

			option.hidden = option.disabled = !fits;
			if (fits && (!best || minutes(option.value) - minutes(from) <= length))
				best = option;
		});
		if (best && (length || end.selectedOptions[0].disabled))
			best.selected = true;
		return minutes(end.value) - minutes(from);
	}

	function take(page, selector) {
		var fresh = page.querySelector(selector), old = document.querySelector(selector);

		if (fresh && old)
			old.innerHTML = fresh.innerHTML;
	}

	function priceForm(form) {
		var start = form.elements.start, end = form.elements.end, length = fitEnds(start, end, 0), asked = 0;
		var matter = ["start", "end", "units", "also", "attendance", "layout", "extras", "amount", "reason", "person", "payer", "name"];

		function refresh() {
			var mine = ++asked, query = new URLSearchParams();

			new FormData(form).forEach(function (value, name) {
				if (matter.indexOf(name) >= 0 && name !== "name" && value)
					query.append(name, value);
			});
			if (form.elements.name && form.elements.name.value)
				query.append("guest", "1");	/* that there is one, not who */
			fetch(form.dataset.price + "?" + query, { headers: { Accept: "text/html" }, credentials: "same-origin" })
				.then(function (answer) { return answer.ok ? answer.text() : Promise.reject(answer.status); })
				.then(function (text) {
					var page = new DOMParser().parseFromString(text, "text/html");

					if (mine !== asked)
						return;
					take(page, "#price");
					take(page, "#book-button");
					take(page, "#cancel-terms");
					take(page, ".when-line");
				})
				.catch(function () { document.documentElement.classList.remove("js"); });
		}
		form.addEventListener("change", function (event) {
			if (event.target === start || event.target === end)
				length = fitEnds(start, end, event.target === start ? length : 0);
			if (matter.indexOf(event.target.name) >= 0)
				refresh();
		});
	}

	/* Booking for who calls: another room, day or hour shows at once whether it is free. */
	function checkForm(form) {
		var matter = ["contact", "payer", "resource", "date", "part", "from", "to", "units", "reason", "amount"], asked = 0;

		form.addEventListener("change", function (event) {
			var mine = ++asked, query = new URLSearchParams();

			if (matter.indexOf(event.target.name) < 0)
				return;
			if (event.target.name === "from" || event.target.name === "to")
				form.querySelector("#part-other").checked = true;
			new FormData(form).forEach(function (value, name) {
				if (matter.indexOf(name) >= 0)
					query.append(name, value);
			});
			fetch(form.action + "?" + query, { headers: { Accept: "text/html" }, credentials: "same-origin" })
				.then(function (answer) { return answer.ok ? answer.text() : Promise.reject(answer.status); })
				.then(function (text) {
					var page = new DOMParser().parseFromString(text, "text/html");

					if (mine !== asked)
						return;
					take(page, "#parts");
					take(page, "#check");
				})
				.catch(function () { document.documentElement.classList.remove("js"); });
		});
	}

	document.addEventListener("DOMContentLoaded", function () {
		var form = document.querySelector("form[data-price]");

		if (form && form.elements.start && form.elements.start.options)
			priceForm(form);
		form = document.querySelector("form[data-check]");
		if (form)
			checkForm(form);
	});
})();
