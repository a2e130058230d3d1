"""What a process keeps outside of the parts of an organisation it keeps for all of them. Each such
place is named here, with why nothing of one organisation comes out of it at another: a new one
fails until somebody has thought of it."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGES = ("adapter", "config", "connectors", "policy")
READ_ONLY = {"Mapping", "Sequence", "frozenset", "tuple", "str", "int", "Iterable", "Final"}
"""Types that the type checker lets nobody change."""
HOLDERS = {
    *("set", "dict", "list", "defaultdict", "deque", "Counter", "OrderedDict", "bytearray"),
    *("Lock", "RLock", "Event", "Condition", "Semaphore", "BoundedSemaphore", "local"),
    *("ContextVar", "Queue", "WeakKeyDictionary", "WeakValueDictionary", "CollectorRegistry"),
    *("Gauge", "Histogram", "Summary", "OneSuspect", "SharedMoments", "Thread"),
}
CACHES = {"cache", "lru_cache"}

SAME_FOR_ALL = "made of what is shipped"
BY_ITS_WORDS = "a value that follows from what is asked alone"
OF_THE_WORK = "of the thread at work, which each piece of work sets anew"
BY_REGISTER = "each row with the register that it is of"
BY_ITS_LABEL = "by the name of the organisation, which alone is shown it"
KNOWN: Mapping[str, str] = {
    "adapter/doors/messages/asked_words.py: _asks": OF_THE_WORK,
    "adapter/register/audit_log.py: _way": OF_THE_WORK,
    "adapter/register/audit_log.py: _noted": OF_THE_WORK,
    "connectors/deadline.py: _ends_at": OF_THE_WORK,
    "adapter/queues/in_hand.py: _rows": BY_REGISTER,
    "adapter/queues/in_hand.py: _lock": BY_REGISTER,
    "adapter/doors/intake/not_begun.py: _events": BY_REGISTER,
    "adapter/doors/intake/not_begun.py: _lock": BY_REGISTER,
    "adapter/doors/scim/lenience.py: _named": "names of attributes, apart for each organisation",
    "adapter/ground/seldom_collecting.py: _lock": "how Python itself collects",
    "adapter/ground/seldom_collecting.py: _before": "how Python itself collects",
    "connectors/deadline_transport.py: _trust": "which authorities are trusted, by the environment",
    "connectors/confined.py: _AT_ONCE": "how many programs run at once on this machine",
    "adapter/doors/web/metrics.py: counts_of": "the counts of one application",
    "adapter/ground/shared_moments.py: _number": BY_ITS_WORDS,
    "adapter/doors/web/document.py: written": "the document of one application",
    "adapter/ground/correlation.py: _CURRENT": OF_THE_WORK,
    "adapter/ground/traces.py: _tracer": "where traces go, by the environment",
    "adapter/queues/leases.py: _machine": "how this machine is called",
    **dict.fromkeys(
        (
            *("adapter/ground/counted.py: COUNTED", "adapter/ground/counted.py: EVENTS"),
            *("adapter/ground/counted.py: ACTIONS", "adapter/ground/counted.py: DECISIONS"),
            *("adapter/ground/counted.py: CALLS", "adapter/ground/counted.py: CALL_SECONDS"),
            *("adapter/ground/counted.py: CIRCUIT_OPEN", "adapter/ground/counted.py: CONNECTIONS"),
        ),
        BY_ITS_LABEL,
    ),
    **dict.fromkeys(
        (
            *("adapter/doors/pages/shown.py: _digest", "adapter/doors/pages/shown.py: asset"),
            *("adapter/doors/pages/shown.py: _environment", "config/catalogue.py: _texts"),
            *("adapter/doors/scim/service.py: configuration", "config/catalogue.py: _writer"),
            *("adapter/doors/scim/service.py: resource_types", "config/catalogue.py: keys"),
            *("adapter/doors/scim/service.py: schemas", "config/sensitive_words.py: _health"),
            *("adapter/ground/rendering/html.py: _environment",),
            *("adapter/ground/rendering/html.py: _style_policy",),
            *("adapter/ground/rendering/html.py: style",),
            *("adapter/ground/store/inventory.py: inventory",),
            *("adapter/ground/store/reading.py: row_class",),
            *("adapter/ground/store/migrate.py: newest_revision",),
            *("adapter/doors/web/routes/scim.py: _view",),
            *("adapter/ground/spreadsheets/cells.py: known",),
            *("adapter/register/decision_log.py: _facts",),
            *("adapter/register/decision_log.py: _findings",),
            *("adapter/register/decision_log.py: _years",),
            *("adapter/register/learning_questions.py: of_all",),
            *("adapter/register/learning_questions.py: of_anybody",),
            *("adapter/register/learning_questions.py: of_several",),
            *("adapter/subjects/leaving/calculation.py: _facts",),
            *("adapter/subjects/leaving/calculation.py: _items",),
            *("adapter/register/learning_questions.py: of_several_without_courses",),
            *("adapter/views/reconcile/snapshot.py: _decisions",),
            *("connectors/moodle/error_codes.py: known_codes",),
            *("connectors/moodle/vocabulary.py: table",),
            *("adapter/queues/inbox.py: QUEUE", "adapter/queues/outbox.py: QUEUE"),
            *("adapter/queues/leases.py: _first_due", "adapter/queues/leases.py: _any_due"),
            *("adapter/queues/leases.py: _lease_of", "adapter/queues/leases.py: _end_of_ours"),
            *("adapter/queues/outbox.py: _may_go", "adapter/queues/outbox.py: _untried"),
            *("adapter/queues/lanes.py: actions_of",),
            *("adapter/views/reconcile/groups/older.py: _CODE",),
        ),
        SAME_FOR_ALL,
    ),
    **dict.fromkeys(
        (
            *("config/catalogue.py: _written", "connectors/moodle/vocabulary.py: moment"),
            *("adapter/doors/web/client_address.py: _plain",),
            *("adapter/doors/web/client_address.py: block_of",),
            *("adapter/ground/log.py: _is_secret",),
        ),
        BY_ITS_WORDS,
    ),
}


def _name_of(node: ast.expr) -> str:
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case ast.Subscript(value=inner) | ast.Call(func=inner):
            return _name_of(inner)
    return ""


def _is_empty(value: ast.expr | None) -> bool:
    """What is written out whole is a table; an empty one is there to be filled."""
    match value:
        case ast.Dict(keys=inside) | ast.List(elts=inside):
            return not inside
    return False


def _keeps(node: ast.stmt) -> Iterator[str]:
    """Names at the top of a module that hold something that can change."""
    match node:
        case ast.AnnAssign(target=ast.Name(id=name), annotation=kind, value=value):
            called = isinstance(value, ast.Call) and _name_of(value) in HOLDERS
            if called or (_is_empty(value) and _name_of(kind) not in READ_ONLY):
                yield name
        case ast.Assign(targets=[ast.Name(id=name)], value=ast.Call() as value):
            if _name_of(value) in HOLDERS:
                yield name
        case ast.Assign(targets=[ast.Name(id=name)], value=value) if name != "__all__":
            if _is_empty(value):
                yield name


def _state(file: Path) -> Iterator[str]:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    for statement in tree.body:
        yield from _keeps(statement)
    decorating: set[ast.expr] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Global):
            yield from node.names
        if isinstance(node, ast.FunctionDef):
            caching = {one for one in node.decorator_list if _name_of(one) in CACHES}
            decorating |= caching
            if caching:
                yield node.name
        if isinstance(node, ast.Call) and _name_of(node.func) in CACHES and node not in decorating:
            yield f"line {node.lineno}"


def _found() -> set[str]:
    return {
        f"{file.relative_to(ROOT)}: {name}"
        for package in PACKAGES
        for file in sorted((ROOT / package).rglob("*.py"))
        if "migrations" not in file.parts
        for name in _state(file)
    }


def test_all_that_a_process_keeps_for_everybody_has_a_reason() -> None:
    assert _found() == set(KNOWN)
