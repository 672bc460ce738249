"""A web page: what its head tells, and its text without what surrounds it."""

from __future__ import annotations

import re
from typing import Any

FURNITURE = (
    "//script|//style|//noscript|//template|//iframe|//svg|//nav|//footer|//aside|//form|//button"
    "|//header[not(ancestor::article)]|//*[@role='navigation' or @role='banner']|//*[@hidden]"
)
NAMES = re.compile(
    r"(?:^|[\s_-])(?:nav|navbar|menu|sidebar|footer|breadcrumbs?|comments?|share|social|related"
    r"|recommend(?:ed)?|cookies?|advert(?:isement)?|ads?|promo|newsletter|mw-editsection|noprint"
    r"|toc|catlinks)(?:$|[\s_-])",
    re.IGNORECASE,
)
"""Classes and ids of what is no text of the page."""
MAIN = "//*[@itemprop='articleBody']|//article|//main|//*[@role='main']|//*[@id='mw-content-text']"
MAIN_SHARE = 0.5
"""Of the page's characters that the main part must hold to be taken for it."""
LINKED_SHARE = 0.7
LINKS = 3


def main_part(page: Any) -> Any:  # noqa: ANN401 - lxml has no types.
    """Return the element that holds the text of a page, after removing what surrounds it."""
    body = page.find(".//body")
    body = page if body is None else body
    for part in [*page.xpath(FURNITURE), *filter(_is_named, body.iterdescendants())]:
        # What stands inside of another one is gone already, and harmless to drop again.
        if part.getparent() is not None:
            part.drop_tree()
    for part in [part for part in body.iter("ul", "ol", "div") if _is_links(part)]:
        if part is not body and part.getparent() is not None:
            part.drop_tree()
    candidates = [part for part in page.xpath(MAIN) if part.getparent() is not None]
    best = max(candidates, key=_length, default=body)
    return best if _length(best) >= MAIN_SHARE * _length(body) else body


def told_by(page: Any) -> dict[str, Any]:  # noqa: ANN401 - As above.
    """Return title, publisher, date, address and language as far as the page's head tells them."""
    from trafilatura import extract_metadata

    # Elsewhere in a page stands any date, and none of them is the page's for certain.
    options = {"extensive_search": False, "original_date": True}
    found = extract_metadata(page, date_config=options)
    return {
        "title": getattr(found, "title", None),
        "publisher": _named_site(page),
        "published": getattr(found, "date", None),
        "url": _address(page),
        "language": page.get("lang") or page.get("{http://www.w3.org/XML/1998/namespace}lang"),
    }


def _named_site(page: Any) -> str | None:  # noqa: ANN401 - As above.
    names = page.xpath(
        "//meta[@property='og:site_name' or @name='application-name' or @name='publisher'"
        " or @name='DC.publisher' or @name='dc.publisher']/@content"
    )
    return next((str(name).strip() for name in names if str(name).strip()), None)


def _address(page: Any) -> str | None:  # noqa: ANN401 - As above.
    found = page.xpath("//link[@rel='canonical']/@href|//meta[@property='og:url']/@content")
    return next((str(address) for address in found), None)


def _is_named(part: Any) -> bool:  # noqa: ANN401 - As above.
    if not isinstance(part.tag, str) or part.tag in {"html", "body", "article", "main"}:
        return False
    return any(NAMES.search(part.get(name) or "") for name in ("class", "id"))


def _is_links(part: Any) -> bool:  # noqa: ANN401 - As above.
    links = part.findall(".//a")
    return len(links) >= LINKS and sum(map(_length, links)) > LINKED_SHARE * _length(part)


def _length(part: Any) -> int:  # noqa: ANN401 - As above.
    return len("".join(part.itertext()).strip())
