"""Prints, as one JSON Schema, the API's models that a Python client in a wheel has. Reads their source; runs nothing of it."""

import ast
import json
import re
import sys
import zipfile

SCALARS = {
    **dict.fromkeys(["str", "StrictStr", "StrictBytes", "datetime"], {"type": "string"}),
    **dict.fromkeys(["bool", "StrictBool"], {"type": "boolean"}),
    **dict.fromkeys(["int", "StrictInt"], {"type": "integer"}),
    **dict.fromkeys(["float", "StrictFloat"], {"type": "number"}),
    **dict.fromkeys(["Any", "object"], {}),
    # Seldon's client leaves this map without its type.
    "ResourceList": {"type": "object", "additionalProperties": {"type": ["string", "number"]}},
}


def of_name(name):
    return SCALARS[name] if name in SCALARS else {"$ref": "#/definitions/" + name}


def of_annotation(node):
    """The schema of a type annotation, and whether the field may be left out (pydantic)."""
    if not isinstance(node, ast.Subscript):
        return of_name(node.id), False
    outer, inner = node.value.id, node.slice
    if outer == "Optional":
        return of_annotation(inner)[0], True
    if outer == "List":
        return {"type": "array", "items": of_annotation(inner)[0]}, False
    if outer == "Dict":
        return {"type": "object", "additionalProperties": of_annotation(inner.elts[1])[0]}, False
    if outer == "Union":
        return {"anyOf": [of_annotation(one)[0] for one in inner.elts]}, False
    raise ValueError("unknown type " + ast.unparse(node))


def of_text(text):
    """The schema of a type in swagger-codegen's words."""
    listed = re.fullmatch(r"list\[(.*)\]", text)
    if listed:
        return {"type": "array", "items": of_text(listed[1])}
    mapped = re.fullmatch(r"dict\(str, (.*)\)", text)
    if mapped:
        return {"type": "object", "additionalProperties": of_text(mapped[1])}
    return of_name(text)


def closed(properties, required=()):
    # A model without fields of its own is a named text or number: an enumeration, a quantity, a port.
    if not properties:
        return {"type": ["string", "number"]}
    return {"type": "object", "properties": properties, "required": list(required), "additionalProperties": False}


def pydantic_model(body):
    properties, required = {}, []
    if any(isinstance(field, ast.AnnAssign) and field.target.id == "one_of_schemas" for field in body):
        return closed({})
    for field in body:
        if not isinstance(field, ast.AnnAssign) or ast.unparse(field.annotation).startswith("ClassVar"):
            continue
        aliases = [word.value.value for word in getattr(field.value, "keywords", []) if word.arg == "alias"]
        name = aliases[0] if aliases else field.target.id
        properties[name], optional = of_annotation(field.annotation)
        if not optional:
            required.append(name)
    return closed(properties, required)


def swagger_model(body):
    tables = {
        statement.targets[0].id: ast.literal_eval(statement.value)
        for statement in body
        if isinstance(statement, ast.Assign) and statement.targets[0].id in ("swagger_types", "attribute_map")
    }
    names = tables["attribute_map"]
    return closed({names[field]: of_text(text) for field, text in tables["swagger_types"].items()})


def main(wheel, root):
    definitions = {}
    with zipfile.ZipFile(wheel) as archive:
        for member in archive.namelist():
            if not re.search(r"/models/(?!__init__)[^/]*\.py$", member):
                continue
            for node in ast.parse(archive.read(member)).body:
                if not isinstance(node, ast.ClassDef):
                    continue
                is_pydantic = any(ast.unparse(base) == "BaseModel" for base in node.bases)
                try:
                    definitions[node.name] = (pydantic_model if is_pydantic else swagger_model)(node.body)
                except (ValueError, AttributeError) as error:
                    sys.exit(f"{member}: {error}")
    json.dump({**definitions[root], "definitions": definitions}, sys.stdout)


main(*sys.argv[1:])
