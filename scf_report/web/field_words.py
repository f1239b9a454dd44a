"""The fields of a report as it is sent (GeoReport v2, POST Service Request; APIv2, POST issues), in the reader's words."""

from flask_babel import gettext as _


def attribute_code(name: str) -> str:
    """Take the question's code out of ``attribute[1010101]`` or ``answers[1010101][]``; "" for others."""
    return name.partition("[")[2].partition("]")[0]


def field_label(name: str) -> str:
    """Name one field, such as ``address_string`` or ``attribute[1010101]``; unknown ones keep theirs."""
    if name == "answers[description]":
        name = "description"
    if code := attribute_code(name):
        return str(_("Answer to question %(code)s", code=code))
    labels = {
        "service_code": _("Code of the kind of problem"),
        "lat": _("Latitude"),
        "long": _("Longitude"),
        "lng": _("Longitude"),
        "request_type_id": _("Code of the kind of problem"),
        "request_type": _("Kind of problem"),
        "point": _("Where"),
        "address_id": _("Where"),
        "media": _("Photo"),
        "media_url": _("Photo"),
        "issue_image": _("Photo"),
        "anonymize_reporter": _("Name hidden from others"),
        "address": _("Where"),
        "address_string": _("Where"),
        "description": _("What is wrong"),
        "first_name": _("First name"),
        "last_name": _("Last name"),
        "email": _("E-mail"),
        "phone": _("Phone"),
    }
    return str(labels.get(name, name))
