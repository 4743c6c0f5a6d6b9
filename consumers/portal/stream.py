"""What changed for a page that is open: rows to draw anew, and how many wait to be shown."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from consumers.inbox.store import Inbox
from consumers.portal import views
from consumers.portal.choice import Choice
from consumers.portal.session import Session
from consumers.web.events import event
from consumers.web.pages import Pages

_COUNTED: Final = 99


@dataclass(slots=True)
class Follower:
    """Follows one office's changes from `token`; `seal` makes the token fit to travel."""

    inbox: Inbox
    pages: Pages
    session: Session
    officers: Mapping[str, str]
    seal: Callable[[int], str]
    token: int

    def of_inbox(self, choice: Choice, newest: int) -> list[str]:
        """Return events for a list whose first row is number `newest`.

        New rows are counted, never inserted: the list must not move under a reader's hand.
        """
        changed = self._changed()
        if not changed:
            return []
        events = []
        for notice_id in changed:
            notice = self.inbox.get_notice(self.session.office, notice_id)
            if notice is not None and notice.sequence <= newest:
                html = self.pages.text("row.html", row=views.summary(notice, self.officers))
                events.append(event("replace", {"id": f"notice-{notice_id}", "html": html}))
        waiting = self.inbox.list_notices(
            self.session.office, choice.arrivals, limit=_COUNTED + 1
        ).notices
        count = sum(notice.sequence > newest for notice in waiting)
        events.append(event("arrived", {"text": arrived_text(count), "href": choice.address()}))
        return [*events, self._reached()]

    def of_notice(self, notice_id: str) -> list[str]:
        """Return events for one notice's page: the notice as it is now."""
        changed = self._changed()
        if not changed:
            return []
        if notice_id not in changed:
            return [self._reached()]
        notice = self.inbox.get_notice(self.session.office, notice_id)
        if notice is None:
            return [self._reached()]
        view = views.view(notice, self.officers)
        html = self.pages.text("notice_body.html", view=view, session=self.session)
        return [event("replace", {"id": "notice", "html": html}), self._reached()]

    def _changed(self) -> tuple[str, ...]:
        changes = self.inbox.changes_since(self.session.office, self.token)
        self.token = changes.token
        return changes.notice_ids

    def _reached(self) -> str:
        """Tell the page how far it has come: from there it goes on after a lost connection."""
        return event("reached", {}, self.seal(self.token))


def arrived_text(count: int) -> str:
    """Return the words of the link that shows new rows; empty for none."""
    if count == 0:
        return ""
    number = f"{_COUNTED}+" if count > _COUNTED else str(count)
    return f"{number} new {'match' if count == 1 else 'matches'}: show"
