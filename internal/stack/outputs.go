package stack

const maxOutputs = 200 // CloudFormation's quota

func (l *loader) readOutputs(section *node) []Output {
	if section != nil && len(section.entries) > maxOutputs {
		l.faults.add(section.line, "Outputs", "holds more than %d outputs", maxOutputs)
		return nil
	}
	var out []Output
	for _, e := range section.mapped() {
		if !logicalID.MatchString(e.key) {
			l.faults.add(e.line, e.value.path, "an output's name holds only letters and digits")
		}
		if c := e.value.get("Condition"); c != nil && !l.conditionAt(c) {
			l.checkNames(e.value)
			continue
		}
		v := l.resolve(e.value, inOutput)
		if v == nil || v.kind != mapping {
			if v == nil || v.kind != broken {
				l.faults.add(e.line, e.value.path, "must be a mapping with a Value")
			}
			continue
		}
		o := l.object(v)
		o.skip("Condition", "Export")
		out = append(out, Output{Name: e.key, Value: o.required("Value").text("Value"), Description: o.raw("Description")})
		o.done()
	}
	return out
}
