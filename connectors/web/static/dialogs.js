// The menu and its two dialogs.

const byId = (id) => document.getElementById(id);

// Browsers from before 2022 have no showModal; the dialog then opens in the page.
function open(dialog) {
  if (dialog.showModal) {
    dialog.showModal();
  } else {
    dialog.setAttribute("open", "");
  }
}

function close(dialog) {
  if (dialog.close) {
    dialog.close();
  } else {
    dialog.removeAttribute("open");
  }
}

export function wireDialogs({ getCode, end, recover }) {
  const menu = byId("menu");
  const closeMenu = () => menu.removeAttribute("open");

  function entry(id, act) {
    byId(id).addEventListener("click", () => {
      closeMenu();
      menu.querySelector("summary").focus();
      act();
    });
  }

  entry("get-code", getCode);
  entry("end", () => open(byId("end-dialog")));
  entry("enter-code", () => {
    byId("code").value = "";
    byId("code-error").textContent = "";
    open(byId("code-dialog"));
    byId("code").focus();
  });

  menu.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      closeMenu();
      menu.querySelector("summary").focus();
    }
  });
  document.addEventListener("click", (event) => {
    if (!menu.contains(event.target)) {
      closeMenu();
    }
  });
  for (const button of document.querySelectorAll("[data-close]")) {
    button.addEventListener("click", () => close(button.closest("dialog")));
  }

  byId("end-dialog").addEventListener("submit", (event) => {
    event.preventDefault();
    close(byId("end-dialog"));
    end();
  });
  byId("code-dialog").addEventListener("submit", async (event) => {
    event.preventDefault();
    const error = await recover(byId("code").value);
    byId("code-error").textContent = error;
    if (!error) {
      close(byId("code-dialog"));
      byId("input").focus();
    }
  });
}
