// Text whose contrast is below WCAG 2 AA (4.5, or 3 for large text), as [text, ratio] pairs.
() => {
  const parse = (text) => {
    const [r, g, b, a = 1] = text.match(/[\d.]+/g).map(Number)
    return text.startsWith("color(srgb") ? [r * 255, g * 255, b * 255, a] : [r, g, b, a]
  }
  const over = ([r, g, b, a], [R, G, B]) => [r * a + R * (1 - a), g * a + G * (1 - a), b * a + B * (1 - a), 1]
  const luminance = (color) => {
    const [r, g, b] = color.map((c) => (c / 255 <= 0.03928 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4))
    return 0.2126 * r + 0.7152 * g + 0.0722 * b
  }
  const background = (element) => {
    const layers = []
    for (let e = element; e; e = e.parentElement) layers.push(parse(getComputedStyle(e).backgroundColor))
    const canvas = matchMedia("(prefers-color-scheme: dark)").matches ? [18, 18, 18, 1] : [255, 255, 255, 1]
    return layers.reverse().reduce((below, layer) => over(layer, below), canvas)
  }
  const opacity = (element) => {
    let product = 1
    for (let e = element; e; e = e.parentElement) product *= Number(getComputedStyle(e).opacity)
    return product
  }
  const found = []
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const element = node.parentElement
    const text = node.textContent.trim()
    if (!text || !element.checkVisibility({ visibilityProperty: true }) || !element.getClientRects().length) continue
    if (element.closest("script, style, .headerlink, .md-skip, .md-select__inner, .md-search__output, .md-dialog")) continue
    const style = getComputedStyle(element)
    const visible = opacity(element)
    if (!visible) continue
    const below = background(element)
    const [r, g, b, a] = parse(style.color)
    const [x, y] = [luminance(over([r, g, b, a * visible], below)), luminance(below)].sort((p, q) => q - p)
    const ratio = (x + 0.05) / (y + 0.05)
    const size = parseFloat(style.fontSize)
    const large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700)
    if (ratio < (large ? 3 : 4.5)) found.push([text.slice(0, 40), Math.round(ratio * 100) / 100])
  }
  return found
}
