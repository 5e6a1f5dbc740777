package schema

// What follows is for machines that check values without a tape, one span of text at a time.

// Match reports whether the pattern matches s somewhere. s must be valid UTF-8, with escapes resolved.
func (p *Pattern) Match(s []byte) bool { return p.match(s) }

// RE2 returns the pattern in the syntax of package regexp; false if it takes more than one expression, as leading lookarounds do, or cannot be honoured.
func (p *Pattern) RE2() (source string, ok bool) {
	expression, broken := parseExpression(p.Source, false)
	if broken != nil {
		return "", false
	}
	choices, broken := expression.translate()
	if broken != nil || len(choices) != 1 || len(choices[0]) != 1 || choices[0][0].negative {
		return "", false
	}
	return choices[0][0].term.re2(), true
}

// Format returns the check of a format (2020-12 Validation section 7.3), nil if there is none of that name. Checks take valid UTF-8, with escapes resolved.
func Format(name string) func(s []byte) bool { return formats(name) }
