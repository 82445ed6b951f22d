export async function huntAll(): Promise<boolean> { return true; }
