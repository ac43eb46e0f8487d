// ParaView's Catalyst of before version 2, as Debian 12 has it: the one file that includes its headers.
//
// Scripts are of generation 2 (# script-version: 2.0).  They run through tasis_guard.py, in which whatever they raise is kept as a line of
// text instead of ending the program, and which refuses views where there is no display: see there.

#include <vtkPython.h> // must be first

#include <vtkCPDataDescription.h>
#include <vtkCPInputDataDescription.h>
#include <vtkCPProcessor.h>
#include <vtkCPPythonScriptV2Pipeline.h>
#include <vtkCellArray.h>
#include <vtkCellData.h>
#include <vtkDoubleArray.h>
#include <vtkIdTypeArray.h>
#include <vtkMPI.h>
#include <vtkNew.h>
#include <vtkPVVersion.h>
#include <vtkPartitionedDataSet.h>
#include <vtkPointData.h>
#include <vtkPoints.h>
#include <vtkPythonInterpreter.h>
#include <vtkUnstructuredGrid.h>

#include <cstdio>
#include <cstdlib>
#include <exception>
#include <string>

extern "C" {
#include "solver/insitu/backend.h"
}

namespace
{
vtkCPProcessor       *processor   = nullptr;
vtkCPDataDescription *description = nullptr;

void Tell(char *problem, const std::string &text)
{
  if (!problem[0]) std::snprintf(problem, TAS_INSITU_PROBLEM, "%s", text.c_str());
}

// The exception that Python has raised, which is forgotten.
std::string PythonError()
{
  PyObject *type, *value, *trace;

  PyErr_Fetch(&type, &value, &trace);
  PyErr_NormalizeException(&type, &value, &trace);
  PyObject         *text = value ? PyObject_Str(value) : nullptr;
  const char       *said = text ? PyUnicode_AsUTF8(text) : nullptr;
  const std::string line = std::string("Python: ") + (said ? said : "an error without words");
  PyErr_Clear();
  Py_XDECREF(text);
  Py_XDECREF(type);
  Py_XDECREF(value);
  Py_XDECREF(trace);
  return line;
}

// What tasis_guard has kept: the first thing that went wrong in a script, on this rank.
void TellWhatPythonSays(char *problem)
{
  vtkPythonScopeGilEnsurer gil;
  PyObject                *guard = PyImport_ImportModule("tasis_guard"), *text = guard ? PyObject_GetAttrString(guard, "problem") : nullptr;
  const char              *said = text ? PyUnicode_AsUTF8(text) : nullptr;

  if (said && *said) Tell(problem, said);
  if (!said) Tell(problem, PythonError());
  Py_XDECREF(text);
  Py_XDECREF(guard);
}

// For tasis_insitu.py: what Catalyst of this generation has no way to say.
void TellPython(const TasInsituStep &step)
{
  vtkPythonScopeGilEnsurer gil;
  PyObject                *guard = PyImport_ImportModule("tasis_guard"), *gaps = PyList_New(0);

  for (int k = 0; k < step.num_gaps; k++) {
    PyObject *gap = PyFloat_FromDouble(step.gaps[k]);
    PyList_Append(gaps, gap);
    Py_DECREF(gap);
  }
  PyObject_SetAttrString(guard, "lengthening", gaps);
  Py_DECREF(gaps);
  Py_DECREF(guard);
}

void StartPython(const TasInsituSetup &setup, char *problem)
{
  vtkPythonInterpreter::Initialize();
  vtkPythonInterpreter::PrependPythonPath(setup.pipelines);
  TellWhatPythonSays(problem);
}

// An exception of C++ must not reach the program, which is C.
template <typename Action> void Guarded(char *problem, Action action)
{
  try {
    action();
  } catch (const std::exception &e) {
    Tell(problem, e.what());
  } catch (...) {
    Tell(problem, "an unknown exception");
  }
}

void Initialize(const TasInsituSetup *setup, char *problem)
{
  Guarded(problem, [&] {
    MPI_Comm                     comm = setup->comm;
    vtkMPICommunicatorOpaqueComm opaque(&comm);

    setenv("PARAVIEW_OVERRIDE_EXTRACTS_OUTPUT_DIRECTORY", setup->folder, 0);
    setenv("TASIS_RESULTS", setup->results, 1);
    processor   = vtkCPProcessor::New();
    description = vtkCPDataDescription::New();
    description->AddInput("tissue");
    description->AddInput("strands");
    if (!processor->Initialize(opaque)) Tell(problem, "ParaView Catalyst does not start");
    else StartPython(*setup, problem);
    for (int k = 0; k < setup->num_scripts && !problem[0]; k++) {
      vtkNew<vtkCPPythonScriptV2Pipeline> pipeline;
      if (pipeline->Initialize(setup->scripts[k])) processor->AddPipeline(pipeline);
      else Tell(problem, std::string("cannot load ") + setup->scripts[k]);
      TellWhatPythonSays(problem);
    }
  });
}

int Wants(int64_t number, double day, int last)
{
  char problem[TAS_INSITU_PROBLEM] = "";
  int  wanted                      = 0;

  Guarded(problem, [&] {
    description->SetTimeData(day, number);
    if (last) description->ForceOutputOn();
    wanted = processor->RequestDataDescription(description);
  });
  return wanted || problem[0]; // where that fails, execute will tell
}

// The arrays are the program's, and are there until the step is shown.
vtkSmartPointer<vtkDoubleArray> Borrow(const char *name, const double *values, int components, int64_t items)
{
  auto array = vtkSmartPointer<vtkDoubleArray>::New();

  array->SetName(name);
  array->SetNumberOfComponents(components);
  array->SetArray(const_cast<double *>(values), components * items, 1);
  return array;
}

vtkSmartPointer<vtkUnstructuredGrid> MakeGrid(const TasInsituGrid &from)
{
  auto                     grid = vtkSmartPointer<vtkUnstructuredGrid>::New();
  vtkNew<vtkPoints>        points;
  vtkNew<vtkCellArray>     cells;
  vtkNew<vtkIdTypeArray>   nodes, numbers;

  points->SetData(Borrow("points", from.coordinates, 3, from.num_nodes));
  grid->SetPoints(points);
  nodes->SetNumberOfValues(from.num_cells * from.nodes_per_cell);
  for (int64_t k = 0; k < from.num_cells * from.nodes_per_cell; k++) nodes->SetValue(k, from.cells[k]);
  numbers->SetName("node_number");
  numbers->SetNumberOfValues(from.num_nodes);
  for (int64_t k = 0; k < from.num_nodes; k++) numbers->SetValue(k, from.node_numbers[k]);
  grid->GetPointData()->SetGlobalIds(numbers);
  cells->SetData(from.nodes_per_cell, nodes);
  grid->SetCells(from.cell_type, cells);
  for (int k = 0; k < from.num_arrays; k++) {
    const TasInsituArray &array = from.arrays[k];
    if (array.at_cells) grid->GetCellData()->AddArray(Borrow(array.name, array.values, array.num_components, from.num_cells));
    else grid->GetPointData()->AddArray(Borrow(array.name, array.values, array.num_components, from.num_nodes));
  }
  return grid;
}

// The arrays were lent for this step; what ParaView keeps of it would point at nothing.
void Release()
{
  for (unsigned int k = 0; k < description->GetNumberOfInputDescriptions(); k++) description->GetInputDescription(k)->SetGrid(nullptr);
}

void Execute(const TasInsituStep *step, char *problem)
{
  Guarded(problem, [&] {
    description->SetTimeData(step->day, step->number);
    if (step->last) description->ForceOutputOn();
    for (int k = 0; k < step->num_grids; k++) {
      vtkNew<vtkPartitionedDataSet> parts; // as of Catalyst 2: one script serves both
      parts->SetNumberOfPartitions(1);
      parts->SetPartition(0, MakeGrid(step->grids[k]));
      description->GetInputDescriptionByName(step->grids[k].name)->SetGrid(parts);
    }
    TellPython(*step);
    const int good = processor->CoProcess(description);
    Release();
    TellWhatPythonSays(problem);
    if (!good) Tell(problem, "ParaView Catalyst failed on day " + std::to_string(step->day));
  });
}

void Finalize(char *problem)
{
  Guarded(problem, [&] {
    processor->Finalize();
    processor->Delete();
    description->Delete();
    processor   = nullptr;
    description = nullptr;
  });
}
} // namespace

extern "C" {
extern const TasInsituBackend tas_insitu_backend;
const TasInsituBackend        tas_insitu_backend = {"ParaView Catalyst " PARAVIEW_VERSION_FULL, Initialize, Wants, Execute, Finalize};
}
