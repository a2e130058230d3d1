from adapter.programs.cli import main

main()
