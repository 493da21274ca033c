"""The QR code of a place or of an employee as a file to keep."""

from litestar import Response

from survey_service.core.files import attachment
from survey_service.core.keyring import Keyring
from survey_service.places import qr
from survey_service.places.employee_codes import signed
from survey_service.places.schemas import EmployeeRow, PlaceRow


def picture(place: PlaceRow, base_url: str, kind: str) -> Response[bytes]:
    """The place's QR code as a file to keep."""
    return _file(qr.survey_url(base_url, place.code), place.name, f"QR {place.name}", kind)


def picture_of_employee(employee: EmployeeRow, base_url: str, keys: Keyring, kind: str) -> Response[bytes]:
    """The employee's QR code as a file to keep."""
    code = signed(keys, employee.workspace, employee.code)
    called = f"QR {employee.name}, {employee.place_name}"
    return _file(qr.employee_url(base_url, employee.place_code, code), employee.name, called, kind)


def _file(url: str, name: str, file_name: str, kind: str) -> Response[bytes]:
    content = qr.png(url) if kind == "png" else qr.svg(url, name).encode()
    return Response(
        content,
        media_type="image/png" if kind == "png" else "image/svg+xml",
        headers={"Content-Disposition": attachment(file_name, kind)},
    )
