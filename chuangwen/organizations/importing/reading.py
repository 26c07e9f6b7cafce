"""How django-import-export reads a sheet here: rows into instances, told new from changed from unchanged.

Nothing is written: what is new or changed is kept for the services.
"""

from __future__ import annotations

from abc import ABCMeta, abstractmethod
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db.models import Model
from import_export.declarative import DeclarativeMetaclass
from import_export.fields import Field
from import_export.instance_loaders import BaseInstanceLoader
from import_export.resources import Resource
from import_export.results import RowResult
from import_export.widgets import Widget

from chuangwen.organizations.importing.columns import Kind
from chuangwen.organizations.importing.faults import wrong
from chuangwen.organizations.importing.standing import Standing

Clash = tuple[int, str, ValidationError]  # the position of a row, the name of a column, and what is wrong

TOLD = 50  # new rows of a sheet, and as many changed ones, that are told one by one

PRIVATE = frozenset({"email", "phone"})

# Cleaned by our own widgets or by nobody, so not once more by the model, which would ask the database.
_RELATIONS = ("territory", "peer_group", "successor", "unit", "person", "password", "type")


@dataclass(frozen=True)
class Told:
    """What one row would do, counted from 1; ``changes`` are column, before, after; none if new."""

    position: int
    what: str
    changes: tuple[tuple[str, str, str], ...] = ()


class _Row(RowResult):  # type: ignore[misc]  # the library has no types
    def add_instance_info(self, instance: Any) -> None:
        """Not by the instance's words, which may ask the database."""


class _Abstract(ABCMeta, DeclarativeMetaclass):  # type: ignore[misc]
    """The library's class of its resources, which may also be abstract."""


class SheetResource(Resource, metaclass=_Abstract):  # type: ignore[misc]
    """One sheet. ``new`` and ``changed`` fill while it is read; a row that is neither is skipped.

    The library counts rows from 1, and so does ``rows``, by their keys; ``numbers`` says what number each of
    them bears in the sheet. ``tick`` is called after every row.
    """

    kind: ClassVar[Kind]
    key: ClassVar[str] = "code"
    attributes: ClassVar[dict[str, str]] = {}  # where a column's value is kept under another name

    class Meta:
        report_skipped = False
        skip_diff = True  # it copies every instance; the values alone are told apart below, in half the time
        instance_loader_class = BaseInstanceLoader

    def __init__(self, standing: Standing) -> None:
        super().__init__()
        self.standing = standing
        self.numbers: list[int] = []
        self.tick: Callable[[], None] = lambda: None
        self.new: list[Any] = []
        self.changed: list[Any] = []
        self.told: list[Told] = []
        self.rows: dict[Any, int] = {}
        self.before: dict[str, Any] = {}  # the values of the row's instance as it was in the directory
        made = self.widgets()
        for column in self.kind.columns:
            if column.name in made:
                attribute = self.attributes.get(column.name, column.name)
                self.fields[column.name] = Field(attribute, column.name, made[column.name])
        self._fields = list(self.fields.values())
        self._required = [c.name for c in self.kind.columns if c.required and c.name in made]

    @abstractmethod
    def widgets(self) -> dict[str, Widget]:
        """Name of a column → what reads and writes its cells."""

    @abstractmethod
    def known(self, row: Any) -> Model | None:
        """What the row is about, if it is in the directory."""

    @abstractmethod
    def fresh(self) -> Model:
        """What a row is about that is not."""

    def errors(self, instance: Any) -> dict[str, ValidationError]:
        """What is wrong with it besides its single cells, by columns."""
        return {}

    def check(self, instance: Any, *, is_new: bool) -> None:
        """Whether the actor may do this, and whether it can be; raises ValidationError."""

    def keep(self, instance: Any) -> None:
        """Let the rows after this one know of it."""

    def clashes(self) -> Iterator[Clash]:
        """What is wrong only when all rows are seen together."""
        yield from ()

    def line(self, instance: Any) -> dict[str, Any]:
        """An instance as a row of the sheet, by the names of its columns."""
        return {name: field.export(instance) for name, field in self.fields.items()}

    # What the library calls.

    @classmethod
    def get_row_result_class(cls) -> type:
        return _Row

    def after_import_row(self, row: Any, row_result: Any, **kwargs: Any) -> None:
        self.tick()

    def get_import_fields(self) -> list[Field]:
        return self._fields

    def _check_import_id_fields(self, headers: Any) -> None:
        """The headings have been checked with all others."""

    def get_instance(self, instance_loader: Any, row: Any) -> Model | None:
        try:
            return self.known(row)
        except ValidationError:
            return None  # told once more, and with its column, when the cells are read

    def init_instance(self, row: Any = None) -> Model:
        return self.fresh()

    def after_init_instance(self, instance: Any, new: Any, row: Any, **kwargs: Any) -> None:
        self.before = {} if new else self._values(instance)

    def _values(self, instance: Any) -> dict[str, Any]:
        return {field.attribute: getattr(instance, field.attribute) for field in self._fields}

    def skip_row(self, instance: Any, original: Any, row: Any, import_validation_errors: Any = None) -> bool:
        return not import_validation_errors and self.before == self._values(instance)

    def import_instance(self, instance: Any, row: Any, **kwargs: Any) -> None:
        errors = {name: wrong("missing") for name in self._required if row[name] == ""}
        for field in self._fields:
            if field.column_name in row and field.column_name not in errors:
                try:
                    self.read(field, instance, row)
                except ValidationError as error:
                    errors[field.column_name] = error
        if not errors:
            first = self.rows.setdefault(self.key_of(instance), kwargs["row_number"])
            if first != kwargs["row_number"]:
                errors[self.key] = wrong("twice", first=self.numbers[first - 1])
        if errors:
            raise ValidationError(errors)

    def read(self, field: Field, instance: Any, row: Any) -> None:
        field.save(instance, row)

    def key_of(self, instance: Any) -> Any:
        return getattr(instance, self.key)

    def validate_instance(
        self, instance: Any, import_validation_errors: Any = None, *args: Any, **kwargs: Any
    ) -> None:
        errors = {**(import_validation_errors or {}), **self.errors(instance)}
        try:
            instance.clean_fields(exclude={*_RELATIONS, *errors})
        except ValidationError as error:
            errors = error.update_error_dict(errors)
        if errors:
            raise ValidationError(errors)

    def save_instance(self, instance: Any, is_create: Any, row: Any, **kwargs: Any) -> None:
        self.check(instance, is_new=is_create)
        kept = self.new if is_create else self.changed
        kept.append(instance)
        if len(kept) <= TOLD:
            changes = () if is_create else tuple(self._changes(instance))
            self.told.append(Told(kwargs["row_number"], self._what(instance), changes))
        if is_create:
            self.keep(instance)

    def _what(self, instance: Any) -> str:
        """What the row is about: the cells by which it is known and called."""
        line = self.line(instance)
        return " · ".join(str(line[name]) for name in self._required if line[name])

    def _changes(self, instance: Any) -> Iterator[tuple[str, str, str]]:
        for field in self._fields:
            before, after = self.before[field.attribute], getattr(instance, field.attribute)
            if before != after:
                yield field.column_name, _words(field, before), _words(field, after)


def _words(field: Field, value: Any) -> str:
    """A value as it would stand in the sheet, but not how to reach a person: what is told here is kept."""
    return "•••" if field.column_name in PRIVATE and value else str(field.widget.render(value) or "")
