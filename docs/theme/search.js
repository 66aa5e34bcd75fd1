// Put in front of the theme's search worker by hooks.py. It sees every message first and rewrites what the reader typed
// into words that the index has. Left alone, the theme drops the last word of a Chinese query, finds nothing for one that
// begins with an unknown character or joins Chinese to a number, and searches for everything that begins with "to".
{
  // Words no page is about; the theme's own stop words (lunr's) go too.
  const QUESTION = new Set(
    ("怎么 怎么办 怎么样 怎么配 怎么回事 怎样 如何 请问 请教 求助 为什么 为何 为啥 什么 啥 哪里 哪儿 在哪 哪个 哪些 多少 是否 是不是 能不能 " +
      "可不可以 有没有 可以 能否 我 我们 我的 你们 这个 那个 这么 那么 一下 一个 没有 有 的 了 吗 呢 吧 啊 呀 么 是 在 要 想 能 会 " +
      "need want please").split(" "))
  // The theme cuts runs of Han once more and loses the last character. This one, a Han character that no text has, goes instead.
  const LAST = "\u2e80"
  let index, words, longest
  let pages = [] // of the index: their address, title and aliases
  let named // what somebody may type → the pages that have exactly this for a title or an alias
  let asked = [] // the pages that the last query names

  const known = text => Object.hasOwn(index.invertedIndex, text)

  // lunr merges the states of its automaton whose edges read alike, and writes "1" to state 123 as it writes "1" to 1 and "2"
  // to 3. Words with digits then lead to words that no page has, and every search that comes by them dies: "server" did.
  const keepStatesApart = () => {
    lunr.TokenSet.prototype.toString = function () {
      const edges = Object.keys(this.edges).sort().map(char => `${char}${this.edges[char].id};`)
      return (this._str ??= (this.final ? "1" : "0") + edges.join(""))
    }
  }

  // The index is built inside the theme's code; lunr itself is public.
  const watch = () => {
    keepStatesApart()
    const build = lunr.Builder.prototype.build
    lunr.Builder.prototype.build = function () {
      index = build.call(this)
      words = Object.keys(index.invertedIndex)
      longest = Math.max(...words.filter(word => /^\p{sc=Han}+$/u.test(word)).map(word => word.length), 1)
      return index
    }
  }

  // Longest known word first; characters that begin none are skipped.
  const cut = run => {
    const found = []
    for (let at = 0; at < run.length; ) {
      let size = Math.min(longest, run.length - at)
      while (size > 1 && !known(run.slice(at, at + size)) && !QUESTION.has(run.slice(at, at + size))) size--
      found.push(run.slice(at, at + size))
      at += size
    }
    return found.filter(word => known(word) && !QUESTION.has(word))
  }

  // The index keeps words as they are written, and the theme looks for what begins with the one typed: "deployments"
  // must also find "deployment". A word that begins nothing is taken for a slip of the pen.
  const latin = word => {
    if (/^[\d.]+$/.test(word)) return [word]
    if (QUESTION.has(word) || !lunr.stopWordFilter(word)) return []
    if (word.length < 3) return known(word) ? [word + "^1"] : [] // with a weight, the theme takes a word as it is
    const begins = start => words.some(other => other.startsWith(start))
    const stem = lunr.stemmer(new lunr.Token(word)).toString() // "latency" becomes "latenci"
    for (const start of [stem, stem.replace(/i$/, ""), word])
      if (start.length > 2 && word.startsWith(start) && begins(start)) return [start]
    return word.length < 5 ? [] : index.tokenSet.intersect(lunr.TokenSet.fromFuzzyString(word, 1)).toArray()
  }

  // KEY_UNKNOWN is not about keys, nor is room.banned about rooms: all its parts, if any section has them.
  const name = text => {
    const parts = text.split(/[_.]/).filter(part => lunr.stopWordFilter(part))
    const sections = part => new Set(Object.values(index.invertedIndex[part] || {}).flatMap(field => Object.keys(field)))
    const [first = new Set(), ...others] = parts.map(sections)
    return [...first].some(ref => others.every(refs => refs.has(ref))) ? parts.map(part => "+" + part) : parts.flatMap(latin)
  }

  const rewrite = query => {
    // Somebody uses lunr's syntax. Quotes, colons and dashes are none: people paste error messages and commands.
    if (!index || /[\p{L}\d]([*^]|~\d)|(^|\s)(\+\S|(title|text|tags|about):)/u.test(query)) return query
    const found = new Set()
    if (/^[a-z]+\.[a-z]+$/i.test(query.trim())) return name(query.trim().toLowerCase()).join(" ") || query
    const spaced = query.replace(/(?!\b)(?=[A-Z][a-z])/g, " ") // as the index is cut: droppedFrames is two words there
    for (const [run] of spaced.toLowerCase().matchAll(/\p{sc=Han}+|[a-z0-9]+(?:_[a-z0-9]+)+|[a-z0-9]+(?:\.[0-9]+)*/gu)) {
      const parts = run.includes("_") ? name(run) : /\p{sc=Han}/u.test(run) ? cut(run) : latin(run)
      parts.forEach(word => found.add(word))
    }
    // Single characters are mostly noise; beside one word only, as in “直播要办哪些证”, they may say what it is about.
    const long = [...found].filter(word => word.length > 1)
    return (long.length > 1 ? long : [...found]).map(word => /\p{sc=Han}/u.test(word) ? word + LAST : word).join(" ") || query
  }

  // The words of a phrase that say what it is about, in any order: “怎么推流” and “推流” are the same, so are "forgot admin
  // password" and "admin password forgot".
  const subject = phrase => {
    const found = new Set()
    for (const [run] of phrase.replaceAll("\u200b", "").toLowerCase().matchAll(/\p{sc=Han}+|[\p{L}\d_.]+/gu))
      if (/\p{sc=Han}/u.test(run)) cut(run).forEach(word => found.add(word))
      else if (!QUESTION.has(run) && lunr.stopWordFilter(run)) found.add(lunr.stemmer(new lunr.Token(run)).toString())
    const long = [...found].filter(word => word.length > 1)
    return (long.length ? long : [...found]).sort().join(" ")
  }
  const names = () => {
    const found = new Map()
    for (const { location, title, about } of pages)
      for (const key of new Set([title, ...about.split(" / ").slice(0, -1)].map(subject)))
        if (key) found.set(key, [...(found.get(key) || []), location])
    return found
  }

  // Who types what a page is called wants that page, whatever else has these words.
  const first = items => {
    const called = ([best]) => asked.includes(best.location.replace(/#.*/, ""))
    return [...items.filter(called), ...items.filter(item => !called(item))]
  }

  const post = self.postMessage.bind(self)
  self.postMessage = message => {
    if (message.type === 3) message.data.items = first(message.data.items)
    post(message)
  }

  addEventListener("message", ({ data }) => {
    if (data.type === 0) {
      pages = data.data.docs.filter(({ about }) => about)
      watch()
    } else if (data.type === 2) {
      named ??= names()
      asked = named.get(subject(data.data)) || []
      data.data = rewrite(data.data)
    }
  })
}
