package scan

// guess foretells the cases of a switch: each is likely to be followed by what followed it before. One that comes but once between them changes nothing.
type guess struct {
	last  *turn  // the case that came last
	next  *turn  // the case that is likely to come, which is last.likely
	turns []turn // by case
}

// turn is a case, and what comes behind it. All that is asked of it for each object lies together, as the cases take turns in the cache.
type turn struct {
	*kase
	likely *turn
	fields *Fields // where the values of an object go that is at the root
	doubt  bool    // something else came the last time
}

// follow notes that what has come was likely.
func (g *guess) follow() {
	g.last.doubt = false
	g.last, g.next = g.next, g.next.likely
}

// surprise notes that the case k has come, which was not likely.
func (g *guess) surprise(k int32) *turn {
	last, t := g.last, &g.turns[k]
	if last.doubt {
		last.likely = t
	}
	last.doubt = !last.doubt
	g.last, g.next = t, t.likely
	return t
}

// newGuess returns a guess about cases of which none has come.
func newGuess(cases []kase) guess {
	g := guess{turns: make([]turn, len(cases))}
	for k := range g.turns {
		g.turns[k] = turn{kase: &cases[k], likely: &g.turns[0], fields: &noFields, doubt: true}
	}
	g.last, g.next = &g.turns[0], &g.turns[0]
	return g
}
