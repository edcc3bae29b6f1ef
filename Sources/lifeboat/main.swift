internal import Commands

await EntryPoint.main()
