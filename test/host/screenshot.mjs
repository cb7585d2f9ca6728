export async function takeScreenshot() {}
