// From the server's spans to nodes: paragraphs and lists. Never HTML from text.

const BULLET = "• ";

export function element(name, properties = {}, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

export function blocks(spans) {
  const made = [];
  for (const line of lines(spans)) {
    const last = made[made.length - 1];
    if (line.length === 0) {
      made.push(null);
    } else if (line[0].text.startsWith(BULLET)) {
      const list = last?.tagName === "UL" ? last : element("ul");
      list.append(element("li", {}, ...withoutBullet(line).map(drawn)));
      if (list !== last) {
        made.push(list);
      }
    } else if (last?.tagName === "P") {
      last.append(element("br"), ...line.map(drawn));
    } else {
      made.push(element("p", {}, ...line.map(drawn)));
    }
  }
  return made.filter(Boolean);
}

function lines(spans) {
  const found = [[]];
  for (const span of spans) {
    span.text.split("\n").forEach((text, index) => {
      if (index > 0) {
        found.push([]);
      }
      if (text) {
        found[found.length - 1].push({ ...span, text });
      }
    });
  }
  return found;
}

function withoutBullet([first, ...rest]) {
  return [{ ...first, text: first.text.slice(BULLET.length) }, ...rest];
}

function drawn(span) {
  if (span.link) {
    return linked(span);
  }
  return span.bold ? element("strong", { textContent: span.text }) : span.text;
}

function linked(span) {
  const link = element("a", { href: span.link, textContent: span.text });
  if (/^https?:/.test(span.link)) {
    Object.assign(link, { target: "_blank", rel: "noopener noreferrer" });
  }
  return link;
}
