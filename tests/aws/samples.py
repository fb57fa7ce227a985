"""Values for the rows' shapes: chosen by type, with what is awkward on a wire among them."""

TEXTS = ['plain', 'a b+c/d&e=f', 'Grüße €', '<tag attr="x">&amp;</tag>', "quote'd (x)*!~"]


def scalar(shape, model, number):
    values = {'integer': 7 + number, 'double': 0.5 + number, 'boolean': number % 2 == 0, 'timestamp': '2026-11-24T01:02:03Z',
              'blob': 'body\n\twith <markup> & é', 'string': TEXTS[number % len(TEXTS)]}
    if getattr(model, 'enum', None):
        return model.enum[number % len(model.enum)]
    if model.serialization.get('location') == 'header':  # A header is latin text on one line.
        return f'"{number}"' if shape['type'] == 'string' else values[shape['type']]
    if model.serialization.get('location') == 'uri':
        return {'Bucket': 'my-bucket', 'Key': 'folder/a b+é.json'}.get(model.serialization['name'], f'/hostedzone/Z{number}' if number % 2 else f'Z{number}')
    least = model.metadata.get('min', 0)
    if shape['type'] == 'string':
        return values['string'].ljust(least, 'x')
    return max(values['integer'], least) if shape['type'] == 'integer' else values[shape['type']]


def value(shape, model, number, members, elements):
    if shape['type'] == 'structure':
        return {name: value(member, model.members[name], number + index, members, elements)
                for index, (name, member) in enumerate(shape['members'].items()) if members(member)}
    if shape['type'] == 'list':
        return [value(shape['element'], model.member, number + index, members, elements) for index in range(max(elements, model.metadata.get('min', 0)))]
    if shape['type'] == 'map':
        return {f'key {index}': value(shape['element'], model.value, number + index, members, elements) for index in range(elements)}
    return scalar(shape, model, number)


def whole_input(shape, model):
    return value(shape, model, 0, lambda member: True, 2) if model else {}


def least_input(shape, model):
    return value(shape, model, 1, lambda member: member['required'], 1) if model else {}


def without_lists(shape, model):
    return value(shape, model, 2, lambda member: True, 0) if model else {}


def enum_problems(model, values):
    """Members of `values` that are none of the words that the service knows."""
    if model is None:
        return []
    if isinstance(values, dict) and model.type_name == 'structure':
        return [problem for name, member in values.items() for problem in enum_problems(model.members[name], member)]
    if isinstance(values, list):
        return [problem for member in values for problem in enum_problems(model.member, member)]
    words = getattr(model, 'enum', None)
    return [f'{values} is not one of {words}'] if words and values not in words else []
