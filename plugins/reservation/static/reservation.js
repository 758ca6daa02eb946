/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Comforts of the booking form and the grid; both work without.
 */
(function () {
	"use strict";

	/* From and to: only ends that fit the chosen start; the price follows. */
	function fitEnds(start, end) {
		var from = start.value, until = start.selectedOptions[0].dataset.until, first = null;

		Array.prototype.forEach.call(end.options, function (option) {
			var fits = option.value > from && option.value <= until;

			option.hidden = option.disabled = !fits;
			first = first || (fits ? option : null);
		});
		if (first && end.selectedOptions[0] && end.selectedOptions[0].disabled)
			first.selected = true;
	}

	function take(page, selector) {
		var fresh = page.querySelector(selector), old = document.querySelector(selector);

		if (fresh && old)
			old.innerHTML = fresh.innerHTML;
	}

	function priceForm(form) {
		var start = form.elements.start, end = form.elements.end, asked = 0;

		function refresh() {
			var mine = ++asked, query = new URLSearchParams(new FormData(form));

			["csrf", "resource", "title", "note", "name", "email", "phone", "terms", "expected_total"].forEach(
				function (name) { query.delete(name); });
			fetch(form.dataset.price + "?" + query, { headers: { Accept: "text/html" }, credentials: "same-origin" })
				.then(function (answer) { return answer.ok ? answer.text() : Promise.reject(answer.status); })
				.then(function (text) {
					var page = new DOMParser().parseFromString(text, "text/html");

					if (mine !== asked)
						return;
					take(page, "#price");
					take(page, "#book-button");
					take(page, ".when-line");
				})
				.catch(function () { document.documentElement.classList.remove("js"); });
		}
		start.addEventListener("change", function () { fitEnds(start, end); refresh(); });
		end.addEventListener("change", refresh);
		form.addEventListener("change", function (event) {
			if (event.target !== start && event.target !== end && event.target.name === "attendance")
				refresh();
		});
		fitEnds(start, end);
	}

	/* In a free stretch of the grid the link starts at the half-hour under the pointer. */
	function pad(n) { return (n < 10 ? "0" : "") + n; }

	function pointAt(event) {
		var slot = event.target.closest(".grid .slot[data-start]"), step, row, at, minutes, from, href;

		if (!slot)
			return;
		step = +slot.dataset.step;
		row = Math.floor((event.clientY - slot.getBoundingClientRect().top) * slot.dataset.span / slot.offsetHeight);
		row = Math.max(0, Math.min(row, slot.dataset.span - 1));
		at = slot.dataset.start;
		minutes = +at.slice(11, 13) * 60 + +at.slice(14, 16) + row * step;
		from = at.slice(0, 11) + pad(Math.floor(minutes / 60)) + ":" + pad(minutes % 60);
		href = new URL(slot.dataset.href || slot.href, location.href);
		slot.dataset.href = slot.dataset.href || slot.getAttribute("href");
		if (row > 0) {
			href.searchParams.set("start", from);
			href.searchParams.delete("end");
		}
		slot.href = row > 0 ? href.pathname + href.search : slot.dataset.href;
		mark(slot, row, from.slice(11).replace(":", " h ").replace(" 00", ""));
	}

	function mark(slot, row, label) {
		var pick = slot.querySelector(".slot-pick");

		if (!pick) {
			pick = document.createElement("span");
			pick.className = "slot-pick";
			pick.setAttribute("aria-hidden", "true");
			slot.appendChild(pick);
		}
		pick.textContent = label.replace(/^0/, "");
		pick.dataset.row = row;
		pick.style.setProperty("top", (slot.offsetHeight * row / slot.dataset.span) + "px");
	}

	function leave(event) {
		var slot = event.target.closest ? event.target.closest(".slot[data-href]") : null, pick;

		if (!slot || slot.contains(event.relatedTarget))
			return;
		slot.setAttribute("href", slot.dataset.href);
		pick = slot.querySelector(".slot-pick");
		if (pick)
			pick.remove();
	}

	document.addEventListener("DOMContentLoaded", function () {
		var form = document.querySelector("form[data-price]");

		if (form && form.elements.start && form.elements.start.options)
			priceForm(form);
		if (document.querySelector(".grid .slot[data-start]") && matchMedia("(hover: hover)").matches) {
			document.addEventListener("mousemove", pointAt);
			document.addEventListener("mouseout", leave);
		}
	});
})();
